package io.hawser.cli.base;

import io.hawser.model.Blob;
import java.net.http.HttpHeaders;

/** What a node answered to a request for bytes. */
public record RawReply(int status, Blob body, HttpHeaders headers) {

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
    return new Reply(status, body.text());
  }

  /** A header; empty when it is not there. */
  public String header(String name) {
    return headers.firstValue(name).orElse("");
  }
}
