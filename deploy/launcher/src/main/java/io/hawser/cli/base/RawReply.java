package io.hawser.cli.base;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;

/** What a node answered to a request for bytes. */
public record RawReply(int status, byte[] body, HttpHeaders headers) {

  /**
   * This answer, when it is a good one.
   *
   * @throws CliFailure with the node's problem otherwise
   */
  public RawReply orFail(String what) {
    var unused = text().orFail(what);
    return this;
  }

  /** With the body as UTF-8. */
  public Reply text() {
    return new Reply(status, new String(body, StandardCharsets.UTF_8));
  }

  /** A header; empty when it is not there. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
