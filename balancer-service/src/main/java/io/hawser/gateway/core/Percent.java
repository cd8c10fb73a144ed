package io.hawser.gateway.core;

import io.hawser.gateway.json.Problem;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-decoding (RFC 3986 §2.1), once, of UTF-8 only. */
final class Percent {
  private Percent() {}

  /**
   * Whether a text is what it stands for: it has nothing to decode, and nothing that is illegal.
   */
  static boolean needless(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' || c > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /**
   * @throws Problem {@code bad-encoding}
   */
  static String decode(String text, boolean plusIsBlank) {
    if (!plusIsBlank && needless(text)) {
      return text;
    }
    if (text.chars().anyMatch(c -> c > 0x7e)) {
      throw bad("what is not ASCII has to be percent-encoded");
    }
    if (text.indexOf('%') < 0 && (!plusIsBlank || text.indexOf('+') < 0)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        bytes.write(octet(text, i));
        i += 2;
      } else {
        bytes.writeBytes(
            (plusIsBlank && c == '+' ? " " : text.substring(i, i + 1))
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw bad("the percent-encoded bytes are not UTF-8");
    }
  }

  private static int octet(String text, int at) {
    if (at + 2 >= text.length()) {
      throw bad("a % must be followed by two hexadecimal digits");
    }
    int high = Character.digit(text.charAt(at + 1), 16);
    int low = Character.digit(text.charAt(at + 2), 16);
    if (high < 0 || low < 0) {
      throw bad("a % must be followed by two hexadecimal digits");
    }
    return high << 4 | low;
  }

  private static Problem bad(String detail) {
    return Problem.of(400, "bad-encoding", "the URL is badly encoded: " + detail);
  }
}
