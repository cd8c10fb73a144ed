package io.hawser.failover.driver;

import static io.hawser.failover.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Effect;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookDriverTest {
  private static final int CALLS_UNDER_COLLECTION = 40;

  private record Seen(String signature, String key, String body) {}

  private final Vertx vertx = Vertx.vertx();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final HttpServer server =
      await(vertx.createHttpServer().requestHandler(this::answer).listen(0, "127.0.0.1"));

  @AfterEach
  void tearDown() {
    Object unused = await(vertx.close());
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              seen.add(
                  new Seen(
                      String.valueOf(request.getHeader("X-Hawser-Signature")),
                      String.valueOf(request.getHeader("Idempotency-Key")),
                      body.toString()));
              request
                  .response()
                  .setStatusCode("/hook".equals(request.path()) ? 202 : 302)
                  .putHeader("Location", "/hook")
                  .end()
                  .onFailure(e -> seen.clear());
            })
        .onFailure(e -> seen.clear());
  }

  private Outcome<String> call(String path, String hook) {
    return await(begin(path, hook));
  }

  private Future<Outcome<String>> begin(String path, String hook) {
    Map<String, Hook> hooks =
        Hook.read(
            Map.of(
                "ops.url", "http://127.0.0.1:" + server.actualPort() + path,
                "ops.secret", "s3cret",
                "nobody.url", "http://127.0.0.1:1/",
                "nobody.secret", "x"));
    Ask ask = new Ask("echo-1", Purpose.RECOVER, new InstanceKey("echo", "one"), 2);
    DriverRef driver = new DriverRef("webhook", Map.of("hook", hook));
    return new WebhookDriver(vertx, hooks)
        .run(new Effect.Drive(ask, driver, "127.0.0.1", 18_103, new Epoch(4), 1));
  }

  @Test
  void a_call_is_signed_and_carries_what_is_to_be_done() {
    assertThat(call("/hook", "ops")).isInstanceOf(Outcome.Ok.class);

    Seen request = seen.getFirst();
    assertThat(new JsonObject(request.body()))
        .isEqualTo(
            new JsonObject(
                """
                {"service":"echo","instance":"one","host":"127.0.0.1","port":18103,
                 "incident":"echo-1","epoch":4,"term":1,"action":"recover","details":{}}\
                """));
    assertThat(request.key()).isEqualTo("echo-1/recover/one/2");
    assertThat(request.signature())
        .isEqualTo(
            WebhookDriver.signature(
                "s3cret", request.body().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void the_signature_is_the_hmac_of_rfc_4231() {
    assertThat(
            WebhookDriver.signature(
                "Jefe",
                "what do ya want for nothing?".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void only_2xx_is_success_and_a_redirect_is_not_followed() {
    assertThat(call("/elsewhere", "ops")).isInstanceOf(Outcome.Rejected.class);
    assertThat(seen).hasSize(1);
    assertThat(call("/", "nobody")).isInstanceOf(Outcome.Rejected.class);
    assertThat(call("/", "unknown")).isInstanceOf(Outcome.Rejected.class);
  }

  /** Vert.x closes a client that was collected, so the collector runs while each call is made. */
  @Test
  void a_call_is_answered_though_nobody_keeps_its_driver() {
    for (int i = 0; i < CALLS_UNDER_COLLECTION; i++) {
      Future<Outcome<String>> call = begin("/elsewhere", "ops");
      System.gc();
      assertThat(await(call)).isInstanceOf(Outcome.Rejected.class);
    }
  }

  @Test
  void a_wrong_hook_is_named_and_the_secret_is_not_shown() {
    assertThatThrownBy(() -> Hook.read(Map.of("a.url", "http://h/")))
        .hasMessageContaining("webhook.hooks.a.secret");
    assertThatThrownBy(() -> Hook.read(Map.of("a.url", "file:///x", "a.secret", "s")))
        .hasMessageContaining("webhook.hooks.a.url");
    assertThatThrownBy(() -> Hook.read(Map.of("a.uri", "x")))
        .hasMessageContaining("webhook.hooks.a.uri");
    assertThat(Hook.read(Map.of("a.url", "http://h/", "a.secret", "s3cret")).toString())
        .doesNotContain("s3cret");
  }
}
