package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Problem;
import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Written;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One key: read, write, delete. */
final class KeyRoutes {
  private final StorageClient client;
  private final KeyWaits waits;

  KeyRoutes(StorageClient client, KeyWaits waits) {
    this.client = client;
    this.waits = waits;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getKey", this::get);
    endpoints.on("putKey", this::put);
    endpoints.on("deleteKey", this::delete);
  }

  // ---- reading

  private Future<Answer> get(Call call) {
    String key = KeyInput.key(call);
    Query query = call.query();
    Freshness freshness = KeyInput.freshness(query);
    long minRevision = query.integer("minRevision", 0, KeyInput.MAX_NUMBER, 0);
    long index = query.integer("index", 0, KeyInput.MAX_NUMBER, -1);
    long waitMs = query.waitMs();
    Optional<String> seen = Optional.ofNullable(call.headers().get("If-None-Match"));
    return KeyGroups.of(client, key)
        .compose(
            group -> {
              KeyWaits.Read read =
                  () ->
                      client
                          .get(group, key, freshness, minRevision)
                          .map(o -> answer(key, seen, Refusals.value("the read", o)));
              return index < 0
                  ? read.now().map(answer -> answer)
                  : waits.until(
                      List.of(new KeyWaits.Change(group, key, true, index)), waitMs, read);
            });
  }

  private static Answer.Whole answer(String key, Optional<String> seen, Found found) {
    String revision = Long.toString(found.revision());
    if (found.meta().isEmpty()) {
      return Answer.problem(
          Problem.of(404, "unknown-key", "there is no key '" + key + "'")
              .with("X-Hawser-Revision", revision));
    }
    KeyMeta meta = found.meta().get();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ETag", KeyJson.etag(meta));
    headers.put("X-Hawser-Revision", revision);
    if (seen.filter(tags -> matches(tags, KeyJson.etag(meta))).isPresent()) {
      return new Answer.Whole(304, headers, Optional.empty());
    }
    headers.put("X-Hawser-Version", Long.toString(meta.version()));
    // Never as what it may be, so that no browser runs what somebody stored.
    headers.put("Content-Type", "application/octet-stream");
    Buffer value = Buffer.buffer(found.value().orElse(Blob.EMPTY).unsafeBytes());
    return new Answer.Whole(200, headers, Optional.of(value));
  }

  private static boolean matches(String tags, String etag) {
    return tags.strip().equals("*")
        || Arrays.stream(tags.split(",", -1))
            .anyMatch(tag -> tag.strip().replaceFirst("^W/", "").equals(etag));
  }

  // ---- writing

  private Future<Answer> put(Call call) {
    String key = KeyInput.key(call);
    Life life = KeyInput.life(call.query());
    Put put =
        new Put(
            key,
            Blob.wrap(call.body().getBytes()),
            KeyInput.expect(call),
            life,
            KeyInput.fences(call.query()));
    return write(call, key, put, List.of(life)).map(written -> stored(key, written));
  }

  private static Answer stored(String key, Written written) {
    KeyMeta meta = written.key().orElseThrow();
    return Answer.whole(
        written.existed() ? 200 : 201,
        KeyJson.of(key, meta),
        Map.of("ETag", KeyJson.etag(meta), "X-Hawser-Revision", Long.toString(written.revision())));
  }

  private Future<Answer> delete(Call call) {
    String key = KeyInput.key(call);
    Delete delete = new Delete(key, KeyInput.expect(call), KeyInput.fences(call.query()));
    return write(call, key, delete, List.of())
        .map(
            written -> {
              Map<String, String> headers =
                  Map.of("X-Hawser-Revision", Long.toString(written.revision()));
              if (!written.existed()) {
                throw Problem.of(404, "unknown-key", "there is no key '" + key + "'")
                    .with("X-Hawser-Revision", Long.toString(written.revision()));
              }
              return new Answer.Whole(204, headers, Optional.empty());
            });
  }

  private Future<Written> write(Call call, String key, StorageOp op, List<Life> lives) {
    Optional<String> id = KeyInput.idempotencyKey(call);
    return KeyGroups.of(client, key)
        .compose(group -> new Submission(client, id, group, op).send(lives))
        .map(outcome -> Refusals.result("the write", Written.class, outcome));
  }
}
