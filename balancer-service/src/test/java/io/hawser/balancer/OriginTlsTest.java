package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.balancer.core.OriginTls;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Instances that are reached over TLS. */
class OriginTlsTest {
  private static final int LONG = 3_000_000;

  @TempDir Path dir;
  private TestCertificate known;
  private TestCertificate stranger;
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    Path tls = Files.createDirectory(dir.resolve("tls"));
    known = TestCertificate.make(tls, "known", "origin");
    stranger = TestCertificate.make(tls, "stranger", "stranger");
    rig = new BalancerRig(1, Map.of("balancer.origin-ca-file", known.certificate().toString()));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private int origin(TestCertificate certificate) throws Exception {
    HttpServer server =
        rig.vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setKeyCertOptions(
                        new PemKeyCertOptions()
                            .addCertPath(certificate.certificate().toString())
                            .addKeyPath(certificate.key().toString())))
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body ->
                                request
                                    .response()
                                    .end(
                                        request.uri().endsWith("/long")
                                            ? "y".repeat(LONG)
                                            : "tls " + body.length())
                                    .onFailure(e -> {}))
                        .onFailure(e -> {}));
    return BalancerRig.await(server.listen(0, "127.0.0.1")).actualPort();
  }

  private void register(String host, int port, String tls) throws Exception {
    InstanceKey key = new InstanceKey("echo", "a");
    rig.put(
        FacetKey.of(Kind.REGISTRATION, key),
        new Registration(
            host,
            port,
            "one",
            1,
            "z",
            List.of(),
            Map.of("hawser.tls", tls),
            Role.ACTIVE,
            0,
            List.of(),
            0));
    rig.verdict("echo", "a", Health.UP);
  }

  @Test
  void requests_and_answers_of_any_size_pass_over_one_connection() throws Exception {
    register("127.0.0.1", origin(known), "true");

    try (Raw raw = new Raw(rig.port)) {
      for (int i = 0; i < 3; i++) {
        raw.send("POST", "/echo/", "Content-Length: " + LONG).text("x".repeat(LONG));
        assertThat(raw.answer(false).body()).isEqualTo("tls " + LONG);
        raw.send("GET", "/echo/long");
        assertThat(raw.answer(false).body()).hasSize(LONG);
      }
    }
  }

  @Test
  void an_instance_with_another_certificate_gets_nothing_and_is_ejected() throws Exception {
    register("127.0.0.1", origin(stranger), "true");

    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(503);
    BalancerRig.until("it is told", () -> !rig.events.isEmpty());
  }

  @Test
  void a_certificate_for_another_host_is_as_bad() throws Exception {
    register("localhost", origin(known), "true");

    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(503);
  }

  @Test
  void who_asks_for_it_is_reached_whatever_the_certificate() throws Exception {
    register("localhost", origin(stranger), "unverified");

    assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("tls 0");
  }

  @Test
  void an_instance_that_speaks_no_tls_after_all_costs_no_more_than_a_try() throws Exception {
    register("127.0.0.1", rig.named("plain").actualPort(), "true");

    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(503);
  }

  @Test
  void an_answer_that_only_the_connections_end_ends_needs_a_goodbye() throws Exception {
    for (boolean polite : List.of(true, false)) {
      try (RawTlsOrigin origin =
          new RawTlsOrigin(known, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n12345", polite)) {
        register("127.0.0.1", origin.port(), "unverified");
        BalancerRig.until(
            "it is routed there",
            () ->
                rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
                    .anyMatch(e -> e.port() == origin.port()));
        if (polite) {
          assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("12345");
        } else {
          assertThatThrownBy(() -> Raw.get(rig.port, "/echo/")).isInstanceOf(IOException.class);
        }
      }
    }
  }

  @Test
  void an_instance_that_says_so_later_is_reached_over_tls_from_then_on() throws Exception {
    int port = origin(known);
    register("127.0.0.1", port, "");
    assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(502);

    register("127.0.0.1", port, "true");
    BalancerRig.until(
        "the table takes it in",
        () ->
            rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
                .anyMatch(e -> e.tls() == OriginTls.VERIFIED));
    assertThat(Raw.get(rig.port, "/echo/").body()).isEqualTo("tls 0");
  }
}
