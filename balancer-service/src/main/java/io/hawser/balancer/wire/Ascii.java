package io.hawser.balancer.wire;

/** Which bytes may stand where. */
final class Ascii {
  private static final int TOKEN = 1;
  private static final int VALUE = 2;
  private static final int TARGET = 4;
  private static final int DELETE = 0x7f;
  private static final byte[] CLASSES = classes();

  private Ascii() {}

  /** Of a method or a field's name (RFC 9110 §5.6.2). */
  static boolean token(byte b) {
    return (CLASSES[b & 0xff] & TOKEN) != 0;
  }

  /** Of a field's value: no control bytes but the tab; what is beyond ASCII is opaque. */
  static boolean value(byte b) {
    return (CLASSES[b & 0xff] & VALUE) != 0;
  }

  /** Of a request target: what ASCII shows, without space and fragment. */
  static boolean target(byte b) {
    return (CLASSES[b & 0xff] & TARGET) != 0;
  }

  static boolean digit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** The value of a hexadecimal digit; -1 when it is none. */
  static int hex(byte b) {
    if (b >= '0' && b <= '9') {
      return b - '0';
    }
    int lower = b | 0x20;
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }

  private static byte[] classes() {
    byte[] classes = new byte[256];
    for (int c = 0; c < 256; c++) {
      int of = 0;
      if (c == '\t' || (c >= ' ' && c != DELETE)) {
        of |= VALUE;
      }
      if (c > ' ' && c < DELETE) {
        of |= c == '#' ? 0 : TARGET;
        boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        of |= letter || (c >= '0' && c <= '9') || "!#$%&'*+-.^_`|~".indexOf(c) >= 0 ? TOKEN : 0;
      }
      classes[c] = (byte) of;
    }
    return classes;
  }

  /** Whether these bytes are the text, letter by letter. */
  static boolean same(byte[] bytes, int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
