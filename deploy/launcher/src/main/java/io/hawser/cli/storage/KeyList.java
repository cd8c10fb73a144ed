package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** Prints the keys with a prefix, page by page. */
final class KeyList {
  private static final int PAGE = 500;

  private final Cli cli;
  private final String prefix;
  private final int limit;
  private final boolean stale;

  /**
   * @param limit the most keys to print
   */
  KeyList(Cli cli, String prefix, int limit, boolean stale) {
    this.cli = cli;
    this.prefix = prefix;
    this.limit = limit;
    this.stale = stale;
  }

  void print(boolean values) {
    JsonArray items = new JsonArray();
    String after = "";
    do {
      JsonObject page = page(after, limit - items.size(), values && cli.json());
      Fields.list(page, "items").forEach(items::add);
      after = Fields.text(page, "next");
    } while (!after.isEmpty() && items.size() < limit);
    if (cli.json()) {
      cli.printJson(items);
    } else {
      table(items);
    }
    if (!after.isEmpty()) {
      cli.terminal().note("hawser: more keys follow; a higher --limit shows them");
    }
  }

  private JsonObject page(String after, int most, boolean values) {
    Map<String, String> query = new LinkedHashMap<>();
    query.put("prefix", prefix);
    query.put("after", after);
    query.put("limit", Integer.toString(Math.clamp(most, 1, PAGE)));
    query.put("values", values ? "true" : "");
    query.put("stale", stale ? "true" : "");
    return cli.api().get(Api.path("kv") + Api.query(query)).orFail("list the keys").object();
  }

  private void table(JsonArray items) {
    new Table()
        .whole()
        .column("KEY", "key")
        .column("REVISION", "revision")
        .column("VERSION", "version")
        .column("BYTES", "bytes")
        .column("TTL MS", "ttlMs")
        .column("LEASE", "lease")
        .rows(items.stream().map(JsonObject.class::cast).toList())
        .print(cli.terminal(), "no such keys");
  }
}
