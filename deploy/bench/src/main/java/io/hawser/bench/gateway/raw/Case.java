package io.hawser.bench.gateway.raw;

import java.nio.charset.StandardCharsets;

/**
 * What is sent on a connection of its own.
 *
 * @param text one byte for each character
 * @param passes whether a strict proxy hands it on
 * @param requests how many requests it is, read strictly
 */
public record Case(Group group, String name, String text, boolean passes, int requests) {
  /** What cases have in common. */
  public enum Group {
    FRAMING_BOTH(
        "Content-Length and Transfer-Encoding together",
        "RFC 9112 lets a proxy drop the length and go on, as HAProxy does; nginx and Hawser refuse:"
            + " no sane client sends both"),
    CODING(
        "Transfer-Encoding other than one chunked",
        "only what everybody reads the same way is taken: chunked, once, alone"),
    CODING_OLD(
        "Transfer-Encoding in HTTP/1.0",
        "HTTP/1.0 has none; HAProxy reads it and ends the connection, Hawser refuses as nginx"
            + " does"),
    LENGTH(
        "odd Content-Length",
        "digits only and one field; a list of equal numbers, which RFC 9110 lets pass, is refused"),
    CHUNKS(
        "odd chunks",
        "sizes of digits only, CR LF only, trailers of fields only; what the others take they frame"
            + " anew, as Hawser does with what it takes"),
    LINES("line ends", "CR LF only; nginx and HAProxy take a lone LF for compatibility"),
    START(
        "the first line",
        "one space, a token, a target without control bytes and fragment, HTTP/1.x; CONNECT is"
            + " 405"),
    FIELDS(
        "odd fields",
        "names are tokens with the colon at once behind them, nothing is folded; a name that some"
            + " servers read as another (with _ for -) is refused when that other matters here"),
    HOST(
        "Host",
        "exactly one in HTTP/1.1, and nothing in it that a host does not have; HAProxy does not"
            + " look at it"),
    SIZE("sizes", "limits are documented: 100 fields, 16 KiB of head, 8 KiB of first line"),
    PLAIN("good requests", "handed on by all, each with its own additions");

    private final String title;
    private final String why;

    Group(String title, String why) {
      this.title = title;
      this.why = why;
    }

    public String title() {
      return title;
    }

    /** Why Hawser does what it does, and what sets the others apart. */
    public String why() {
      return why;
    }
  }

  static Case refused(Group group, String name, String text) {
    return new Case(group, name, text, false, 0);
  }

  static Case passed(Group group, String name, String text, int requests) {
    return new Case(group, name, text, true, requests);
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
