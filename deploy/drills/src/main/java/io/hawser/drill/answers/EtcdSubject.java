package io.hawser.drill.answers;

import io.hawser.cli.base.Fields;
import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Etcd through its JSON gateway: a version is a {@code mod_revision}, a condition a transaction
 * that compares it ({@code create_revision} 0 for a key that is not there). Fields that are zero
 * are left out of its answers.
 */
public final class EtcdSubject implements Subject {
  private static final int TIMEOUT_MS = 5_000;
  private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

  /** No key was ever written at this revision. */
  private static final String NEVER = "1";

  private final HttpConnection connection;
  private final Map<String, String> versions = new HashMap<>();

  public EtcdSubject(InetSocketAddress member) throws IOException {
    connection = HttpConnection.open(member, TIMEOUT_MS);
  }

  @Override
  public String answer(Step step) {
    return switch (step) {
      case Step.Get(String key) -> get(key);
      case Step.Put(String key, String value) -> {
        var unused = post("/v3/kv/put", put(key, value));
        yield DONE;
      }
      case Step.Create(String key, String value) ->
          when(key, "CREATE", "create_revision", "0", putting(key, value));
      case Step.Swap(String key, String value) -> whenSame(key, putting(key, value));
      case Step.Delete(String key) ->
          Fields.text(post("/v3/kv/deleterange", one(key)), "deleted").equals("1") ? DONE : ABSENT;
      case Step.DeleteIfSame(String key) ->
          whenSame(key, new JsonObject().put("requestDeleteRange", one(key)));
      case Step.Keys(String prefix, int limit) -> keys(prefix, limit);
    };
  }

  private String get(String key) {
    List<JsonObject> found = Fields.items(post("/v3/kv/range", one(key)), "kvs");
    if (found.isEmpty()) {
      versions.remove(key);
      return ABSENT;
    }
    versions.put(key, Fields.text(found.getFirst(), "mod_revision"));
    return "value " + decoded(Fields.text(found.getFirst(), "value"));
  }

  private String whenSame(String key, JsonObject then) {
    return when(key, "MOD", "mod_revision", versions.getOrDefault(key, NEVER), then);
  }

  private String when(String key, String target, String field, String revision, JsonObject then) {
    JsonObject compare = one(key).put("target", target).put("result", "EQUAL").put(field, revision);
    JsonObject txn =
        new JsonObject()
            .put("compare", new JsonArray().add(compare))
            .put("success", new JsonArray().add(then));
    return post("/v3/kv/txn", txn).getBoolean("succeeded", false) ? DONE : REFUSED;
  }

  private String keys(String prefix, int limit) {
    byte[] end = prefix.getBytes(StandardCharsets.UTF_8);
    end[end.length - 1]++;
    JsonObject range =
        one(prefix).put("range_end", Base64.getEncoder().encodeToString(end)).put("limit", limit);
    return Fields.items(post("/v3/kv/range", range), "kvs").stream()
        .map(item -> decoded(Fields.text(item, "key")))
        .collect(Collectors.joining(" ", "keys ", ""));
  }

  private static JsonObject putting(String key, String value) {
    return new JsonObject().put("requestPut", put(key, value));
  }

  private static JsonObject put(String key, String value) {
    return one(key).put("value", encoded(value));
  }

  private static JsonObject one(String key) {
    return new JsonObject().put("key", encoded(key));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String decoded(String text) {
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private JsonObject post(String path, JsonObject body) {
    byte[] bytes = body.encode().getBytes(StandardCharsets.UTF_8);
    try {
      HttpReply reply =
          connection.exchange(HttpRequest.bytes("POST", path, JSON, bytes), TIMEOUT_MS);
      if (reply.ok() && Fields.parse(reply.text()) instanceof JsonObject json) {
        return json;
      }
      throw new IOException("etcd answered " + reply.status() + " " + reply.text());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    connection.close();
  }
}
