package io.hawser.drill.kv;

import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.wire.HttpReply;
import io.hawser.drill.wire.HttpRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A client of {@code /api/v1/kv} that knows all nodes. What fails at one node it sends to the next,
 * a write under the same idempotency key, until it is answered or its patience ends. An attempt
 * that was sent and not answered, or answered with 503, may have had its effect. Not thread-safe:
 * one operation at a time.
 */
public final class KvClient implements AutoCloseable {
  private static final String KV = "/api/v1/kv/";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int LOST = 412;
  private static final int TOO_MANY = 429;
  private static final int FULL = 507;

  private final NodeRing nodes;
  private final Patience patience;
  private final String name;
  private String session;
  private int sessions;
  private long sequence;

  /**
   * @param first the node that is asked first, by its number
   * @param name that no other client of the store has
   */
  public KvClient(List<InetSocketAddress> nodes, int first, String name, Patience patience) {
    this.nodes = new NodeRing(nodes, first);
    this.patience = patience;
    this.name = name;
    this.session = name + ".0";
  }

  /** Reads the latest value; refused when there is none. */
  public KvResult get(String key) {
    return perform(HttpRequest.bytes("GET", path(key), Map.of()), false);
  }

  /** The first keys with a prefix, as the store's JSON. */
  public KvResult list(String prefix, int limit) {
    String path = "/api/v1/kv?prefix=" + encoded(prefix) + "&limit=" + limit;
    return perform(HttpRequest.bytes("GET", path, Map.of()), false);
  }

  /** Writes a value. */
  public KvResult put(String key, String value, Condition condition) {
    return put(key, "", value, condition);
  }

  /**
   * Writes a value.
   *
   * @param query of the request, as it follows the question mark; empty: none
   */
  public KvResult put(String key, String query, String value, Condition condition) {
    String path = query.isEmpty() ? path(key) : path(key) + "?" + query;
    byte[] body = value.getBytes(StandardCharsets.UTF_8);
    return perform(HttpRequest.bytes("PUT", path, headers(condition), body), true);
  }

  /** Takes a value away; refused when there is none. */
  public KvResult delete(String key, Condition condition) {
    return perform(HttpRequest.bytes("DELETE", path(key), headers(condition)), true);
  }

  /** Sends a request that changes something, as it is, until it is answered. */
  public KvResult send(String method, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = headers(Condition.NONE);
    headers.put("Content-Type", "application/json");
    return perform(HttpRequest.bytes(method, path, headers, body), true);
  }

  private Map<String, String> headers(Condition condition) {
    Map<String, String> headers = new HashMap<>(condition.headers());
    headers.put("Content-Type", "application/octet-stream");
    headers.put("Idempotency-Key", session + ":" + ++sequence);
    return headers;
  }

  static String path(String key) {
    StringBuilder path = new StringBuilder(KV);
    for (String part : key.split("/", -1)) {
      path.append(path.length() > KV.length() ? "/" : "").append(encoded(part));
    }
    return path.toString();
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private KvResult perform(byte[] request, boolean writes) {
    long startNs = System.nanoTime();
    boolean unsure = false;
    int status = 0;
    int attempts = 0;
    while (leftMs(startNs) > 0 && !Thread.currentThread().isInterrupted()) {
      attempts++;
      try {
        HttpReply reply = nodes.exchange(request, Math.min(patience.attemptMs(), leftMs(startNs)));
        status = reply.status();
        if (isFinal(status) || (!unsure && isTurnedAway(status))) {
          return result(reply, attempts);
        }
        if (status == CONFLICT) {
          // Refused now, and perhaps done by an attempt whose answer was lost.
          break;
        }
        unsure |= writes && status >= 500 && status != FULL;
      } catch (NodeRing.NotSent e) {
        // It had no effect there.
      } catch (IOException e) {
        unsure |= writes;
      }
      nodes.turn();
      Wait.pass(Duration.ofMillis(Math.clamp(leftMs(startNs), 0, patience.pauseMs())));
    }
    if (unsure) {
      // What may still come must not meet a later operation of the same session.
      session = name + "." + ++sessions;
    }
    return new KvResult(unsure ? How.UNKNOWN : How.NOT_APPLIED, status, "", "", attempts);
  }

  private int leftMs(long startNs) {
    long spentMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    return (int) Math.max(0, patience.operationMs() - spentMs);
  }

  private static boolean isFinal(int status) {
    return status / 100 == 2 || status == NOT_FOUND || status == LOST;
  }

  /** Full, or a request that the store does not understand. 429 passes: that is asked again. */
  private static boolean isTurnedAway(int status) {
    return status == FULL || (status / 100 == 4 && status != TOO_MANY);
  }

  private static KvResult result(HttpReply reply, int attempts) {
    How how = reply.ok() ? How.DONE : isFinal(reply.status()) ? How.REFUSED : How.NOT_APPLIED;
    String value = reply.ok() ? reply.text() : "";
    return new KvResult(how, reply.status(), reply.header("etag"), value, attempts);
  }

  @Override
  public void close() {
    nodes.close();
  }
}
