package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.gateway.GatewayModule;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is put over the API goes through the store into the table, and requests follow it. */
class RoutesByApiTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private BalancerRig rig;
  private HttpServer api;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(2, Map.of());
    api = BalancerRig.await(api());
    for (String service : new String[] {"red", "green", "blue"}) {
      rig.register(service, "i", rig.origin(r -> answer(r, service)).actualPort());
    }
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    rig.close();
  }

  /** Says who it is, and what it was asked for. */
  private static void answer(HttpServerRequest request, String service) {
    request.response().end(service + " " + request.uri()).onFailure(e -> {});
  }

  private Future<HttpServer> api() {
    Promise<HttpServer> promise = Promise.promise();
    rig.vertx
        .getOrCreateContext()
        .runOnContext(
            v -> {
              Router router = Router.router(rig.vertx);
              new GatewayModule().mount(router, rig.context);
              rig.vertx
                  .createHttpServer()
                  .requestHandler(router)
                  .listen(0, "127.0.0.1")
                  .onComplete(promise);
            });
    return promise.future();
  }

  private int call(String method, String name, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + api.actualPort() + "/api/v1/routes/" + name))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
  }

  private void put(String name, JsonObject route) throws Exception {
    assertThat(call("PUT", name, route.encode())).as(route.encode()).isIn(200, 201);
  }

  private static JsonObject route(String service, String host, String prefix) {
    JsonObject route = new JsonObject().put("service", service).put("pathPrefix", prefix);
    return host.isEmpty() ? route : route.put("host", host);
  }

  private String get(String host, String path) {
    try (Raw raw = new Raw(rig.port)) {
      Raw.Answer answer =
          raw.text("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").answer(false);
      return answer.status() == 200 ? answer.body() : Integer.toString(answer.status());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void reaches(String host, String path, String expected) {
    BalancerRig.until(host + path + " reaches " + expected, () -> get(host, path).equals(expected));
  }

  private void putThree() throws Exception {
    put("first", route("red", "a.example", "/"));
    put("second", route("green", "", "/shop").put("stripPrefix", true));
    put("third", route("blue", "a.example", "/shop/blue"));
    reaches("a.example", "/x?q=1", "red /x?q=1");
    reaches("b.example", "/shop/x", "green /x");
    reaches("a.example:81", "/shop/blue/x", "blue /shop/blue/x");
  }

  @Test
  void three_routes_stand_beside_one_another() throws Exception {
    putThree();

    assertThat(get("A.Example", "/shop/blues")).isEqualTo("red /shop/blues");
    assertThat(get("b.example", "/shop/blue/x")).isEqualTo("green /blue/x");
    assertThat(get("b.example", "/elsewhere")).isEqualTo("404");
    // Without a route it is the first segment that names the service, as before.
    assertThat(get("b.example", "/red/x")).isEqualTo("red /x");
  }

  @Test
  void one_that_is_removed_takes_none_of_the_others_with_it() throws Exception {
    putThree();

    assertThat(call("DELETE", "second", "")).isEqualTo(204);

    reaches("b.example", "/shop/x", "404");
    assertThat(get("a.example", "/x")).isEqualTo("red /x");
    assertThat(get("a.example", "/shop/blue/x")).isEqualTo("blue /shop/blue/x");
  }

  @Test
  void one_that_is_changed_leads_elsewhere_and_the_others_where_they_did() throws Exception {
    putThree();

    put("second", route("blue", "c.example", "/other").put("stripPrefix", true));

    reaches("c.example", "/other/x", "blue /x");
    reaches("b.example", "/shop/x", "404");
    assertThat(get("a.example", "/x")).isEqualTo("red /x");
    assertThat(get("a.example", "/shop/blue/x")).isEqualTo("blue /shop/blue/x");

    put("first", route("green", "a.example", "/"));
    reaches("a.example", "/x", "green /x");
    assertThat(get("c.example", "/other/x")).isEqualTo("blue /x");
  }
}
