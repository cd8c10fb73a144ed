package io.hawser.balancer.wire;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The header fields that mean something to a proxy, as small numbers: a set of them is a {@code
 * long}.
 */
public final class Field {
  public static final int OTHER = 0;
  public static final int HOST = 1;
  public static final int CONTENT_LENGTH = 2;
  public static final int TRANSFER_ENCODING = 3;
  public static final int CONNECTION = 4;
  public static final int KEEP_ALIVE = 5;
  public static final int PROXY_CONNECTION = 6;
  public static final int PROXY_AUTHENTICATE = 7;
  public static final int PROXY_AUTHORIZATION = 8;
  public static final int PROXY_AUTHENTICATION_INFO = 9;
  public static final int TE = 10;
  public static final int TRAILER = 11;
  public static final int UPGRADE = 12;
  public static final int EXPECT = 13;
  public static final int VIA = 14;
  public static final int FORWARDED = 15;
  public static final int X_FORWARDED_FOR = 16;
  public static final int X_FORWARDED = 17;
  public static final int X_REAL_IP = 18;
  public static final int COOKIE = 19;
  public static final int AUTHORIZATION = 20;
  public static final int CONTENT_TYPE = 21;
  public static final int CONTENT_ENCODING = 22;
  public static final int TRACEPARENT = 23;
  public static final int TRACESTATE = 24;
  public static final int X_REQUEST_ID = 25;
  public static final int HAWSER_ERROR = 26;
  public static final int HAWSER_INSTANCE = 27;
  public static final int X_OVERLOADED = 28;

  public static final int MAX_FORWARDS = 29;

  public static final int HAWSER_ATTEMPT = 30;

  /** Named in a Connection header. */
  public static final int LISTED = 31;

  static final int KINDS = 32;

  /** Of one hop: never handed on. */
  static final long HOP_BY_HOP =
      set(
          CONNECTION,
          KEEP_ALIVE,
          PROXY_CONNECTION,
          PROXY_AUTHENTICATE,
          PROXY_AUTHORIZATION,
          PROXY_AUTHENTICATION_INFO,
          TE,
          TRAILER,
          TRANSFER_ENCODING,
          UPGRADE,
          LISTED);

  /** What a Connection header can take off a message: only what means nothing here. */
  static final long STRIKABLE = set(OTHER, EXPECT, X_REQUEST_ID);

  /** What may not stand in trailers. */
  static final long NOT_IN_TRAILERS = ~set(OTHER);

  private static final String[] NAMES = {
    "",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-authentication-info",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "via",
    "forwarded",
    "x-forwarded-for",
    "",
    "x-real-ip",
    "cookie",
    "authorization",
    "content-type",
    "content-encoding",
    "traceparent",
    "tracestate",
    "x-request-id",
    "hawser-error",
    "hawser-instance",
    "x-overloaded",
    "max-forwards",
    "hawser-attempt",
  };

  private static final byte[] X_FORWARDED_PREFIX = bytes("x-forwarded-");
  private static final byte[] CONTENT_PREFIX = bytes("content-");
  private static final byte[][] LOWER = lower();
  private static final int SLOTS = 256;

  /** Of each slot the kinds in it, one in each byte. */
  private static final int[] TABLE = table();

  private Field() {}

  static long set(int... kinds) {
    long set = 0;
    for (int kind : kinds) {
      set |= 1L << kind;
    }
    return set;
  }

  public static boolean in(long set, int kind) {
    return (set >>> kind & 1) != 0;
  }

  /**
   * Which field it is.
   *
   * @param folds whether an underscore counts as a dash: some servers read it as one
   */
  static int of(byte[] bytes, int start, int end, boolean folds) {
    int length = end - start;
    for (int slot = TABLE[slot(length, bytes[start], bytes[end - 1])]; slot != 0; slot >>>= 8) {
      int kind = slot & 0xff;
      if (LOWER[kind].length == length && starts(bytes, start, LOWER[kind], folds)) {
        return kind;
      }
    }
    boolean forwarded =
        (bytes[start] | 0x20) == 'x'
            && length >= X_FORWARDED_PREFIX.length
            && starts(bytes, start, X_FORWARDED_PREFIX, folds);
    return forwarded ? X_FORWARDED : OTHER;
  }

  /** Whether it describes the body, so that the message means something else without it. */
  static boolean describesBody(byte[] bytes, int start, int end) {
    return end - start > CONTENT_PREFIX.length && starts(bytes, start, CONTENT_PREFIX, true);
  }

  private static boolean starts(byte[] bytes, int start, byte[] lower, boolean folds) {
    for (int i = 0; i < lower.length; i++) {
      int c = bytes[start + i];
      if (c >= 'A' && c <= 'Z') {
        c |= 0x20;
      } else if (c == '_' && folds) {
        c = '-';
      }
      if (c != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static int slot(int length, int first, int last) {
    return (length * 37 + (first | 0x20) * 7 + (last | 0x20)) & (SLOTS - 1);
  }

  private static byte[][] lower() {
    byte[][] lower = new byte[KINDS][];
    for (int kind = 0; kind < KINDS; kind++) {
      lower[kind] = bytes(kind < NAMES.length ? NAMES[kind].toLowerCase(Locale.ROOT) : "");
    }
    return lower;
  }

  private static int[] table() {
    int[] table = new int[SLOTS];
    for (int kind = 1; kind < NAMES.length; kind++) {
      byte[] name = LOWER[kind];
      if (name.length > 0) {
        int slot = slot(name.length, name[0], name[name.length - 1]);
        table[slot] = table[slot] << 8 | kind;
      }
    }
    return table;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
