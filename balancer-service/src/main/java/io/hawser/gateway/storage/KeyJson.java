package io.hawser.gateway.storage;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Keys as JSON. */
final class KeyJson {
  private KeyJson() {}

  static Map<String, Object> of(String key, KeyMeta meta) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    put(json, meta);
    return json;
  }

  static Map<String, Object> of(Item item) {
    Map<String, Object> json = of(item.key(), item.meta());
    item.value().ifPresent(value -> json.put("value", base64(value)));
    return json;
  }

  /** A change as it stands in a stream. */
  static Map<String, Object> of(Change change) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", change.key());
    change
        .meta()
        .ifPresentOrElse(meta -> put(json, meta), () -> json.put("revision", change.revision()));
    change.value().ifPresent(value -> json.put("value", base64(value)));
    return json;
  }

  /** What became of a key in a transaction. */
  static Map<String, Object> of(String key, Optional<KeyMeta> meta) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("key", key);
    json.put("deleted", meta.isEmpty());
    meta.ifPresent(m -> put(json, m));
    return json;
  }

  private static void put(Map<String, Object> json, KeyMeta meta) {
    json.put("revision", meta.modRevision());
    json.put("createRevision", meta.createRevision());
    json.put("version", meta.version());
    json.put("bytes", meta.valueBytes());
    Life life = meta.life();
    if (life.ttlMs() > 0) {
      json.put("ttlMs", life.ttlMs());
    }
    if (!life.lease().isEmpty()) {
      json.put("lease", life.lease() + ":" + life.leaseEpoch());
    }
  }

  static String etag(KeyMeta meta) {
    return "\"" + meta.modRevision() + "\"";
  }

  private static String base64(Blob value) {
    return Base64.getEncoder().encodeToString(value.unsafeBytes());
  }
}
