package io.hawser.failover.driver;

import io.hawser.failover.core.Effect;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.lang.ref.Reference;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Asks somebody else to run the process: a signed POST to a URL of the node's own configuration.
 *
 * <p>The header {@code X-Hawser-Signature} is {@code sha256=} and the hexadecimal HMAC-SHA256 of
 * the body under the hook's secret; {@code Idempotency-Key} is the same when the same call is made
 * again. Any 2xx is success; redirects are not followed.
 */
public final class WebhookDriver implements Driver {
  public static final String NAME = "webhook";

  /** The argument that names the hook. */
  public static final String HOOK_ARG = "hook";

  public static final String SIGNATURE = "X-Hawser-Signature";
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  /** From the start of a call to its status, unless the caller says otherwise. */
  public static final long TIMEOUT_MS = 5_000;

  /** At once, to one hook: a call that waits for another one's connection would come late. */
  private static final int MAX_CALLS = 256;

  private static final String ALGORITHM = "HmacSHA256";

  private final HttpClient client;
  private final Map<String, Hook> hooks;

  public WebhookDriver(Vertx vertx, Map<String, Hook> hooks) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions().setKeepAlive(false).setConnectTimeout((int) TIMEOUT_MS),
            new PoolOptions().setHttp1MaxSize(MAX_CALLS));
    this.hooks = Map.copyOf(hooks);
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call) {
    return run(call, TIMEOUT_MS);
  }

  @Override
  @SuppressWarnings("ReachabilityFenceUsage") // what it spans is a call in flight, not a block
  public Future<Outcome<String>> run(Effect.Drive call, long timeoutMs) {
    String name = call.driver().args().getOrDefault(HOOK_ARG, "");
    Hook hook = hooks.get(name);
    if (hook == null) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              "no-hook", "this node's configuration has no hook '" + name + "'"));
    }
    Buffer body = body(call);
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setAbsoluteURI(hook.url().toString())
            .setFollowRedirects(false)
            .setIdleTimeout(timeoutMs)
            .putHeader("Content-Type", "application/json")
            .putHeader(IDEMPOTENCY_KEY, call.ask().idempotencyKey())
            .putHeader(SIGNATURE, signature(hook.secret(), body.getBytes()));
    return client
        .request(options)
        .compose(request -> request.send(body))
        .map(response -> outcome(response.statusCode()))
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .otherwise(WebhookDriver::failed)
        // Vert.x closes a client that nobody refers to any more, with "Connection was closed" for
        // the call that is about to use it: a call in flight keeps its client.
        .onComplete(answered -> Reference.reachabilityFence(client));
  }

  private static Outcome<String> outcome(int status) {
    return status >= 200 && status < 300
        ? new Outcome.Ok<>("status " + status)
        : new Outcome.Rejected<>("hook-refused", "the hook answered with status " + status);
  }

  private static Outcome<String> failed(Throwable cause) {
    return cause instanceof ConnectException
        ? new Outcome.Rejected<>("hook-unreachable", "nobody listens at the hook's URL")
        : new Outcome.Unknown<>("the hook did not answer: " + cause.getMessage());
  }

  private static Buffer body(Effect.Drive call) {
    return new JsonObject()
        .put("service", call.ask().instance().service())
        .put("instance", call.ask().instance().id())
        .put("host", call.host())
        .put("port", call.port())
        .put("incident", call.ask().incident())
        .put("epoch", call.epoch().value())
        .put("term", call.term())
        .put("action", call.ask().word())
        .put("details", new JsonObject(Map.<String, Object>copyOf(call.details())))
        .toBuffer();
  }

  /** The value of the signature header. */
  public static String signature(String secret, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JVM has " + ALGORITHM, e);
    }
  }
}
