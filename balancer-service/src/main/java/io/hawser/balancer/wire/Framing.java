package io.hawser.balancer.wire;

/**
 * How the end of a body is found (RFC 9112 §6): a length from 0 on, or one of two words. What
 * allows more than one reading is refused.
 */
public final class Framing {
  public static final long NONE = 0;
  public static final long CHUNKED = -1;
  public static final long UNTIL_CLOSE = -2;
  private static final int MAX_DIGITS = 18;

  private Framing() {}

  public static long ofRequest(Head head) throws BadMessage {
    if (head.has(Field.TRANSFER_ENCODING)) {
      if (head.minor() == 0) {
        throw BadMessage.of("HTTP/1.0 knows no Transfer-Encoding");
      }
      return chunked(head);
    }
    return head.has(Field.CONTENT_LENGTH) ? length(head) : NONE;
  }

  /**
   * @param bodiless as the answer to a HEAD
   */
  public static long ofResponse(Head head, boolean bodiless) throws BadMessage {
    int status = head.status();
    if (head.has(Field.TRANSFER_ENCODING) && head.minor() == 0) {
      throw BadMessage.of("HTTP/1.0 knows no Transfer-Encoding");
    }
    long framing =
        head.has(Field.TRANSFER_ENCODING)
            ? chunked(head)
            : head.has(Field.CONTENT_LENGTH) ? length(head) : UNTIL_CLOSE;
    return bodiless || status < 200 || status == 204 || status == 304 ? NONE : framing;
  }

  private static long chunked(Head head) throws BadMessage {
    if (head.has(Field.CONTENT_LENGTH)) {
      throw BadMessage.of("a message has either a Content-Length or a Transfer-Encoding");
    }
    if (head.count(Field.TRANSFER_ENCODING) > 1
        || !head.value(Field.TRANSFER_ENCODING).equalsIgnoreCase("chunked")) {
      throw BadMessage.of("the only Transfer-Encoding that is taken is chunked, once");
    }
    return CHUNKED;
  }

  private static long length(Head head) throws BadMessage {
    String text = head.value(Field.CONTENT_LENGTH);
    if (head.count(Field.CONTENT_LENGTH) > 1) {
      throw BadMessage.of("a message has one Content-Length at most");
    }
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      throw BadMessage.of("the Content-Length is no length");
    }
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        throw BadMessage.of("the Content-Length is no length");
      }
      length = 10 * length + c - '0';
    }
    return length;
  }
}
