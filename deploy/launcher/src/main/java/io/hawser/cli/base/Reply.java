package io.hawser.cli.base;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** What a node answered to one request. */
public record Reply(int status, String body) {

  public boolean ok() {
    return status >= 200 && status < 300;
  }

  /**
   * This answer, when it is a good one.
   *
   * @throws CliFailure with the node's problem otherwise
   */
  public Reply orFail(String what) {
    if (!ok()) {
      throw Problem.failure(what, status, body);
    }
    return this;
  }

  /** The body as JSON; null when it is empty or something else. */
  public @Nullable Object json() {
    return Fields.parse(body);
  }

  /** The body as an object; empty when it is something else. */
  public JsonObject object() {
    return json() instanceof JsonObject object ? object : new JsonObject();
  }
}
