package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What ties a request's entries in the logs of all hops together: W3C traceparent, and a request
 * id. What the client brings is handed on when it is well formed; else they are made here.
 *
 * @param fresh whether the traceparent is one of ours
 * @param high the first half of the trace id
 * @param low the second half
 * @param named whether the client brought a request id
 */
public record Trace(boolean fresh, long high, long low, boolean named) {
  private static final Pattern VALID =
      Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");
  private static final byte[] PARENT = "traceparent: 00-".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ID = "X-Request-Id: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SAMPLED_NOT = "-00\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int ID_START = 3;
  private static final int ID_END = 35;
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /**
   * @param high chance, used when a trace id has to be made
   * @param low more of it
   */
  public static Trace of(Head head, long high, long low) {
    boolean brought =
        head.count(Field.TRACEPARENT) == 1
            && VALID.matcher(head.value(Field.TRACEPARENT)).matches();
    return new Trace(!brought, high | 1, low | 1, head.count(Field.X_REQUEST_ID) == 1);
  }

  /** The id of the request, for a log. */
  public String id(Head head) {
    if (named) {
      return head.value(Field.X_REQUEST_ID);
    }
    return hex(high, low);
  }

  /** The trace that it is part of, for a log. */
  public String traceId(Head head) {
    return fresh ? hex(high, low) : head.value(Field.TRACEPARENT).substring(ID_START, ID_END);
  }

  private static String hex(long high, long low) {
    HexFormat format = HexFormat.of();
    return format.toHexDigits(high) + format.toHexDigits(low);
  }

  void write(ByteBuf out, Head head) {
    if (fresh) {
      out.writeBytes(PARENT);
      hex(out, high);
      hex(out, low);
      out.writeByte('-');
      hex(out, (high ^ low) | 1);
      out.writeBytes(SAMPLED_NOT);
    }
    if (!named && !head.has(Field.X_REQUEST_ID)) {
      out.writeBytes(ID);
      hex(out, high);
      hex(out, low);
      out.writeByte('\r').writeByte('\n');
    }
  }

  private static void hex(ByteBuf out, long value) {
    out.ensureWritable(16);
    for (int shift = 60; shift >= 0; shift -= 4) {
      out.writeByte(DIGITS[(int) (value >>> shift) & 15]);
    }
  }
}
