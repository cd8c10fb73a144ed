package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.events.EventStream;
import io.hawser.cli.events.SseEvent;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints the changes of keys, one line each, and takes a broken stream up where it broke. */
final class KeyWatch {
  private static final int SHOWN = 60;

  private final Cli cli;
  private final String prefix;
  private String index;
  private boolean compacted;

  /**
   * @param index after which to start; empty for now
   */
  KeyWatch(Cli cli, String prefix, String index) {
    this.cli = cli;
    this.prefix = prefix;
    this.index = index;
  }

  /** Until the thread is interrupted, or the node refuses. */
  void follow() {
    do {
      compacted = false;
      Map<String, String> query = new LinkedHashMap<>();
      query.put("prefix", prefix);
      query.put("index", index);
      String path = Api.path("watch") + Api.query(query);
      EventStream stream = new EventStream(cli.api(), path, "", cli.terminal()::note);
      stream.follow(event -> show(stream, event));
      index = "";
    } while (compacted);
  }

  private void show(EventStream stream, SseEvent event) {
    if (event.type().equals("compacted")) {
      cli.terminal()
          .note("hawser: changes were missed, the store no longer has them; going on from now");
      compacted = true;
      stream.close();
    } else if (Fields.parse(event.data()) instanceof JsonObject change) {
      cli.terminal()
          .line(
              cli.json()
                  ? new JsonObject()
                      .put("op", event.type())
                      .put("index", event.id())
                      .mergeIn(change)
                      .encode()
                  : line(event.type(), change));
    }
  }

  private String line(String op, JsonObject change) {
    String revision = Fields.text(change, "revision");
    String key = Fields.text(change, "key");
    return op.equals("delete")
        ? "%s  %s  %s".formatted(revision, cli.terminal().bad("delete"), key)
        : "%s  %s     %s  %s".formatted(revision, cli.terminal().good("put"), key, shown(change));
  }

  /** The value when it is a short text, else its size. */
  private static String shown(JsonObject change) {
    byte[] value = Base64.getDecoder().decode(change.getString("value", ""));
    boolean plain = value.length <= SHOWN;
    for (byte b : value) {
      plain &= b >= ' ' && b < 127;
    }
    return plain ? new String(value, StandardCharsets.US_ASCII) : "(" + value.length + " bytes)";
  }
}
