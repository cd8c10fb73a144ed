package io.hawser.drill.kv;

import io.hawser.drill.wire.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** How a store is spoken to over HTTP/1.1: the same two operations in each one's own words. */
public enum Dialect {
  /** Raw bytes under a path. */
  HAWSER {
    @Override
    public byte[] put(String key, byte[] value, String id) {
      Map<String, String> headers =
          id.isEmpty() ? BYTES : Map.of(TYPE, OCTETS, "Idempotency-Key", id);
      return HttpRequest.bytes("PUT", KvClient.path(key), headers, value);
    }

    @Override
    public byte[] get(String key) {
      return HttpRequest.bytes("GET", KvClient.path(key), Map.of());
    }
  },

  /** The JSON gateway of etcd 3.4 and later, with keys and values in base64. */
  ETCD {
    @Override
    public byte[] put(String key, byte[] value, String id) {
      return json(
          "/v3/kv/put",
          "{\"key\":\"" + base64(key) + "\",\"value\":\"" + ENCODER.encodeToString(value) + "\"}");
    }

    @Override
    public byte[] get(String key) {
      return json("/v3/kv/range", "{\"key\":\"" + base64(key) + "\"}");
    }
  };

  private static final String TYPE = "Content-Type";
  private static final String OCTETS = "application/octet-stream";
  private static final Map<String, String> BYTES = Map.of(TYPE, OCTETS);
  private static final Map<String, String> JSON = Map.of(TYPE, "application/json");
  private static final Base64.Encoder ENCODER = Base64.getEncoder();

  /**
   * A write that is acknowledged with a status of 2xx when it is durable on a majority.
   *
   * @param id under which it may be sent again; empty: none. Ignored by a store that knows none.
   */
  public abstract byte[] put(String key, byte[] value, String id);

  /** A linearizable read. */
  public abstract byte[] get(String key);

  private static byte[] json(String path, String body) {
    return HttpRequest.bytes("POST", path, JSON, body.getBytes(StandardCharsets.US_ASCII));
  }

  private static String base64(String text) {
    return ENCODER.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
