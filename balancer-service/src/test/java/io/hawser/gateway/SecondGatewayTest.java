package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Event.InstanceRecovered;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that goes on at another gateway where it left off at the first. */
class SecondGatewayTest {
  private final TestApi first = new TestApi();
  private final Vertx vertx = first.node().context().vertx();
  private final TestNode second =
      TestNode.on(vertx).id("node-1").bus(first.node().bus()).time(first.time().time()).start();
  private final int port = Await.result(listen().future()).actualPort();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void stop() {
    client.shutdownNow();
    first.close();
  }

  private Promise<HttpServer> listen() {
    Context context = vertx.getOrCreateContext();
    Promise<HttpServer> promise = Promise.promise();
    context.runOnContext(
        v -> {
          Router router = Router.router(vertx);
          new GatewayModule().mount(router, second.context());
          vertx
              .createHttpServer()
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .onComplete(promise);
        });
    return promise;
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + TestApi.API + path));
  }

  private JsonArray events() throws IOException, InterruptedException {
    return new JsonArray(
        client.send(request("/events").build(), HttpResponse.BodyHandlers.ofString()).body());
  }

  @Test
  void a_stream_goes_on_at_another_gateway_after_the_last_event_that_was_seen() throws Exception {
    Await.until(
        "both hear events",
        () ->
            first.node().context().readiness().allReady()
                && second.context().readiness().allReady());
    for (String id : new String[] {"s1", "s2", "s3"}) {
      first.node().context().events().publish(new InstanceRecovered("shop", id, "one"));
    }
    Await.until("the first has them", () -> first.get("/events").array().size() == 3);
    String seen = first.get("/events").array().getJsonObject(0).getString("id");
    for (int i = 0; events().size() < 3 && i < 1_000; i++) {
      assertThat(events().size()).isLessThanOrEqualTo(3);
    }

    HttpRequest request = request("/events/stream").header("Last-Event-ID", seen).build();
    try (InputStream body = client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body();
        Scanner lines = new Scanner(body, StandardCharsets.UTF_8)) {
      StringBuilder text = new StringBuilder();
      while (text.indexOf("\"s3\"") < 0) {
        text.append(lines.nextLine()).append('\n');
      }
      assertThat(text).contains("\"s2\"").doesNotContain("\"s1\"").doesNotContain("Gap");
    }
  }

  @Test
  void an_index_of_another_gateway_is_answered_at_once() throws Exception {
    String list = "/services/shop/instances";
    String index = first.get(list).header("X-Hawser-Index");
    HttpResponse<String> reply =
        client.send(
            request(list + "?wait=5m&index=" + index).build(),
            HttpResponse.BodyHandlers.ofString());

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("X-Hawser-Index").orElseThrow()).isNotEqualTo(index);
  }
}
