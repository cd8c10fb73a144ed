package io.hawser.bench.gateway.raw;

import io.hawser.bench.gateway.raw.Case.Group;
import java.util.ArrayList;
import java.util.List;

/** A few hundred requests, good, odd and ambiguous. */
public final class Cases {
  /** Behind each first request: who reads the first one's end elsewhere sees another request. */
  private static final String SECOND =
      "GET /bench/second HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

  private static final List<String> METHODS = List.of("POST", "GET", "PUT");
  private static final int FIELDS = 110;
  private static final int LONG_HEAD = 20_000;
  private static final int LONG_TARGET = 9_000;

  private final List<Case> all = new ArrayList<>();

  private Cases() {}

  public static List<Case> all() {
    Cases cases = new Cases();
    cases.framing();
    cases.lengths();
    cases.chunks();
    cases.lines();
    cases.starts();
    cases.fields();
    cases.hosts();
    cases.sizes();
    cases.plain();
    return List.copyOf(cases.all);
  }

  private void bad(Group group, String name, String text) {
    all.add(Case.refused(group, name, text));
  }

  private void good(Group group, String name, String text, int requests) {
    all.add(Case.passed(group, name, text, requests));
  }

  private static String head(String method, String version, String fields) {
    return method + " /bench/first HTTP/" + version + "\r\nHost: h\r\n" + fields + "\r\n";
  }

  private void framing() {
    List<String> codings =
        List.of(
            ": chunked",
            ":chunked",
            ": Chunked",
            ":\tchunked",
            ": chunked ",
            ": \u000bchunked",
            ": chunked\u000b",
            ": xchunked",
            ": chunked, identity",
            ": identity, chunked",
            ": identity",
            ": gzip, chunked",
            ": chunked, chunked",
            ": chunked;q=1",
            ": \"chunked\"",
            ": ",
            ": chunked\r\nTransfer-Encoding: chunked",
            ": chunked\r\nTransfer-Encoding: x",
            " : chunked",
            "\t: chunked",
            ":\r\n chunked",
            ": chun\u0000ked",
            ": chunk\u00e9d");
    String body = "0\r\n\r\n";
    for (String coding : codings) {
      boolean plain =
          List.of(": chunked", ":chunked", ": Chunked", ":\tchunked", ": chunked ")
              .contains(coding);
      for (String method : METHODS) {
        String name = method + " Transfer-Encoding" + coding;
        String field = "Transfer-Encoding" + coding + "\r\n";
        String alone = head(method, "1.1", field) + body + SECOND;
        if (plain) {
          good(Group.PLAIN, name, alone, 2);
        } else {
          bad(Group.CODING, name, alone);
        }
        bad(Group.CODING_OLD, name, head(method, "1.0", field) + body + SECOND);
        int whole = body.length() + SECOND.length();
        for (int length : List.of(0, body.length(), whole)) {
          String both = "Content-Length: " + length + "\r\n" + field;
          bad(
              Group.FRAMING_BOTH,
              name + " after Content-Length " + length,
              head(method, "1.1", both) + body + SECOND);
        }
      }
    }
    bad(
        Group.FRAMING_BOTH,
        "Transfer-Encoding before Content-Length",
        head("POST", "1.1", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n") + body + SECOND);
    bad(
        Group.CODING,
        "Transfer_Encoding",
        head("POST", "1.1", "Transfer_Encoding: chunked\r\n") + body + SECOND);
  }

  private void lengths() {
    for (String length :
        List.of(
            "+5",
            "-5",
            "0x5",
            "5,5",
            "5, 5",
            "5, 6",
            "5;",
            "5 5",
            "5_0",
            "5.0",
            "5e0",
            "",
            "five",
            "18446744073709551621",
            "99999999999999999999",
            "\u000b5",
            "5\u000b",
            "5\u0000",
            "5\r\nContent-Length: 5",
            "5\r\nContent-Length: 6",
            "6\r\nContent-Length: 5",
            "5\r\nContent_Length: 0")) {
      bad(
          Group.LENGTH,
          "Content-Length: " + length,
          head("POST", "1.1", "Content-Length: " + length + "\r\n") + "hello" + SECOND);
    }
    for (String length : List.of("5", " 5", "5 ", "\t5", "05", "005")) {
      good(
          Group.PLAIN,
          "Content-Length:" + length,
          head("POST", "1.1", "Content-Length:" + length + "\r\n") + "hello" + SECOND,
          2);
    }
    bad(
        Group.LENGTH,
        "Content-Length : 5",
        head("POST", "1.1", "Content-Length : 5\r\n") + "hello" + SECOND);
  }

  private void chunks() {
    String chunked = head("POST", "1.1", "Transfer-Encoding: chunked\r\n");
    for (String chunk :
        List.of(
            "0x5\r\nhello\r\n",
            "+5\r\nhello\r\n",
            "-5\r\nhello\r\n",
            " 5\r\nhello\r\n",
            "5 \r\nhello\r\n",
            "5\nhello\r\n",
            "5\r\nhello\n",
            "5\rhello\r\n",
            "5\r\nhello",
            "\r\nhello\r\n",
            "g\r\nhello\r\n",
            "5_0\r\nhello\r\n",
            ";x\r\nhello\r\n",
            "10000000000000005\r\nhello\r\n",
            "5;\u0000\r\nhello\r\n",
            "5;x\nhello\r\n",
            "5;x\rhello\r\n",
            "4\r\nhello\r\n",
            "6\r\nhello\r\n")) {
      bad(Group.CHUNKS, chunk, chunked + chunk + "0\r\n\r\n" + SECOND);
    }
    for (String end :
        List.of(
            "0\n\n",
            "0\r\n\n",
            "0\n\r\n",
            "00\r\nX: y\n\r\n",
            "0\r\nX: y\n\n",
            "0\r\n\r",
            "0\r\nX\r\n\r\n",
            "0\r\nX : y\r\n\r\n",
            "0\r\nX: a\u0000\r\n\r\n")) {
      bad(Group.CHUNKS, "ends with " + end, chunked + "5\r\nhello\r\n" + end + SECOND);
    }
    for (String chunk :
        List.of(
            "5;a=b\r\nhello\r\n",
            "5;a=\"b\"\r\nhello\r\n",
            "05\r\nhello\r\n",
            "A\r\nhellohello\r\n",
            "a\r\nhellohello\r\n")) {
      good(Group.PLAIN, chunk, chunked + chunk + "0\r\n\r\n" + SECOND, 2);
    }
    for (String trailer : List.of("X-T: 1\r\n", "Content-Length: 9\r\n", "Host: evil\r\n")) {
      good(
          Group.PLAIN,
          "trailer " + trailer,
          chunked + "5\r\nhello\r\n0\r\n" + trailer + "\r\n" + SECOND,
          2);
    }
  }

  private void lines() {
    String get = "GET /bench/first HTTP/1.1";
    bad(Group.LINES, "all lone LF", get + "\nHost: h\n\n" + SECOND);
    bad(Group.LINES, "first line", get + "\nHost: h\r\n\r\n" + SECOND);
    bad(Group.LINES, "a field", get + "\r\nHost: h\nX: y\r\n\r\n" + SECOND);
    bad(Group.LINES, "the last line", get + "\r\nHost: h\r\n\n" + SECOND);
    bad(Group.LINES, "the last line, CR only", get + "\r\nHost: h\r\n\rX" + SECOND);
    bad(Group.LINES, "CR only", get + "\rHost: h\r\r" + SECOND);
    bad(Group.LINES, "CR in a value", get + "\r\nHost: h\r\nX: a\rb\r\n\r\n" + SECOND);
    bad(Group.LINES, "CR CR LF", get + "\r\r\nHost: h\r\n\r\n" + SECOND);
    bad(
        Group.LINES,
        "a request hidden behind CR",
        get + "\r\nHost: h\r\nX: a\rGET /bench/second HTTP/1.1\r\n\r\n");
    bad(Group.LINES, "two empty lines first", "\r\n\r\n" + get + "\r\nHost: h\r\n\r\n" + SECOND);
    bad(Group.LINES, "LF first", "\n" + get + "\r\nHost: h\r\n\r\n" + SECOND);
    good(Group.PLAIN, "an empty line first", "\r\n" + get + "\r\nHost: h\r\n\r\n" + SECOND, 2);
  }

  private void starts() {
    for (String line :
        List.of(
            "GET  /bench/first HTTP/1.1",
            "GET /bench/first  HTTP/1.1",
            "GET /bench/first",
            "GET\t/bench/first HTTP/1.1",
            "GET /bench/first\tHTTP/1.1",
            " GET /bench/first HTTP/1.1",
            "GET /bench/first HTTP/1.1 ",
            "GET /bench/fi rst HTTP/1.1",
            "GET /bench/first#x HTTP/1.1",
            "GET /bench/fi\u0000rst HTTP/1.1",
            "GET /bench/fi\u007frst HTTP/1.1",
            "GET /bench/fi\u0001rst HTTP/1.1",
            "GET /bench/first\u00e9 HTTP/1.1",
            "GET bench/first HTTP/1.1",
            "GET \\bench/first HTTP/1.1",
            "GET /bench/first http/1.1",
            "GET /bench/first HTTP/2.0",
            "GET /bench/first HTTP/0.9",
            "GET /bench/first HTTP/11",
            "GET /bench/first HTTP/1.11",
            "GET /bench/first HTTP/1",
            "GET /bench/first HTTPS/1.1",
            "G(T /bench/first HTTP/1.1",
            "GET@ /bench/first HTTP/1.1",
            " /bench/first HTTP/1.1",
            "CONNECT h:80 HTTP/1.1",
            "CONNECT /bench/first HTTP/1.1",
            "GET * HTTP/1.1",
            "GET h:80 HTTP/1.1",
            "GET http:///bench/first HTTP/1.1",
            "GET http://a@h/bench/first HTTP/1.1",
            "GET ftp://h/bench/first HTTP/1.1")) {
      bad(Group.START, line, line + "\r\nHost: h\r\n\r\n" + SECOND);
    }
    for (String line :
        List.of(
            "GET /bench/first?a=b&c=%00 HTTP/1.1",
            "GET /bench/first?a=<>\"{}|^` HTTP/1.1",
            "GET /bench/%2e%2e/first HTTP/1.1",
            "GET /bench//first HTTP/1.1",
            "GET http://h/bench/first HTTP/1.1",
            "GET HTTP://h/bench/first HTTP/1.1",
            "M-SEARCH /bench/first HTTP/1.1",
            "*!^|~ /bench/first HTTP/1.1",
            "DELETE /bench/first HTTP/1.1",
            "PATCH /bench/first HTTP/1.1",
            "OPTIONS /bench/first HTTP/1.1")) {
      good(Group.PLAIN, line, line + "\r\nHost: h\r\n\r\n" + SECOND, 2);
    }
  }

  private void fields() {
    String get = "GET /bench/first HTTP/1.1\r\nHost: h\r\n";
    for (String field :
        List.of(
            "X : y",
            "X\t: y",
            " X: y",
            "\tX: y",
            "X",
            ": y",
            "X y: z",
            "X(: y",
            "X\u0000: y",
            "X: a\u0000b",
            "X: a\u0001b",
            "X: a\u007fb",
            "X\u00e9: y",
            "X: y\r\n folded",
            "X: y\r\n\tfolded",
            "X: y\r\n \r\nZ: z",
            "Content_Length: 5",
            "X_Forwarded_For: 1.1.1.1",
            "Expect: something",
            "Expect: 100-continue, x")) {
      bad(Group.FIELDS, field, get + field + "\r\n\r\n" + SECOND);
    }
    for (String field :
        List.of(
            "X:",
            "X:y",
            "X:    y",
            "X: \u00e9\u00ff",
            "X: a\tb",
            "X!#$%&'*+-.^`|~1: y",
            "X_Y: z",
            "Connection: X-Foo\r\nX-Foo: gone",
            "Connection: Host",
            "Connection: X-Forwarded-For",
            "Connection: Content-Length",
            "Connection: keep-alive, Authorization\r\nAuthorization: a",
            "Keep-Alive: timeout=5",
            "Proxy-Connection: keep-alive",
            "Proxy-Authorization: x",
            "TE: trailers",
            "TE: gzip",
            "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
            "X-Forwarded-For: 6.6.6.6",
            "Forwarded: for=6.6.6.6",
            "X-Real-IP: 6.6.6.6",
            "Via: 1.1 a",
            "Range: bytes=0-1",
            "Cookie: a=b\r\nCookie: c=d")) {
      good(Group.PLAIN, field, get + field + "\r\n\r\n" + SECOND, 2);
    }
  }

  private void hosts() {
    String get = "GET /bench/first HTTP/1.1\r\n";
    for (String host :
        List.of(
            "",
            "Host: a\r\nHost: b\r\n",
            "Host: a\r\nHost: a\r\n",
            "Host: a, b\r\n",
            "Host: a b\r\n",
            "Host: a/b\r\n",
            "Host: a@b\r\n",
            "Host: a\\b\r\n",
            "Host: a?b\r\n",
            "Host: a#b\r\n",
            "Host: <a>\r\n",
            "Host: \u00e9\r\n",
            "Host : a\r\n",
            " Host: a\r\n",
            "Ho_st: a\r\n")) {
      bad(Group.HOST, host.isEmpty() ? "none" : host, get + host + "\r\n" + SECOND);
    }
    for (String host :
        List.of("Host: h:80\r\n", "Host: [::1]\r\n", "Host: h.\r\n", "HOST: h\r\n", "Host:h\r\n")) {
      good(Group.PLAIN, host, get + host + "\r\n" + SECOND, 2);
    }
    good(
        Group.PLAIN,
        "the target's host is another",
        "GET http://other/bench/first HTTP/1.1\r\nHost: h\r\n\r\n" + SECOND,
        2);
    good(Group.PLAIN, "HTTP/1.0 without one", "GET /bench/first HTTP/1.0\r\n\r\n", 1);
  }

  private void sizes() {
    String get = "GET /bench/first HTTP/1.1\r\nHost: h\r\n";
    bad(Group.SIZE, FIELDS + " fields", get + "X: y\r\n".repeat(FIELDS) + "\r\n" + SECOND);
    bad(
        Group.SIZE,
        "a field of " + LONG_HEAD,
        get + "X: " + "y".repeat(LONG_HEAD) + "\r\n\r\n" + SECOND);
    bad(
        Group.SIZE,
        "a target of " + LONG_TARGET,
        "GET /bench/first?" + "x".repeat(LONG_TARGET) + " HTTP/1.1\r\nHost: h\r\n\r\n" + SECOND);
    good(Group.PLAIN, "a field of 3000", get + "X: " + "y".repeat(3_000) + "\r\n\r\n" + SECOND, 2);
  }

  private void plain() {
    for (String method : List.of("GET", "HEAD", "DELETE", "OPTIONS")) {
      good(Group.PLAIN, method, head(method, "1.1", "") + SECOND, 2);
    }
    good(
        Group.PLAIN,
        "HTTP/1.0 keep-alive",
        "GET /bench/first HTTP/1.0\r\nHost: h\r\nConnection: keep-alive\r\n\r\n" + SECOND,
        2);
    good(
        Group.PLAIN,
        "a body behind a GET",
        head("GET", "1.1", "Content-Length: 5\r\n") + "hello" + SECOND,
        2);
    good(
        Group.PLAIN,
        "a body that looks like a request",
        head("POST", "1.1", "Content-Length: " + SECOND.length() + "\r\n") + SECOND + SECOND,
        2);
  }
}
