package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How long bodies may be, how long connections are kept, and names that nobody knows. */
class ConnectionLimitsTest {
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        new BalancerRig(
            1, Map.of("balancer.max-body-bytes", "1000", "balancer.connection-requests", "10"));
    rig.register(
        "echo",
        "a",
        rig.origin(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> request.response().end("" + body.length()).onFailure(e -> {}))
                        .onFailure(e -> {}))
            .actualPort());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void a_body_as_long_as_allowed_passes_and_a_longer_one_is_413_and_ends_the_connection()
      throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Content-Length: 1000").text("x".repeat(1_000));
      assertThat(raw.answer(false).body()).isEqualTo("1000");
      raw.send("POST", "/echo/", "Content-Length: 1001").text("GET /echo/ HTTP/1.1\r\n");
      Raw.Answer refused = raw.answer(false);
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.header("hawser-error")).contains("body-too-large");
      assertThat(refused.header("connection")).contains("close");
      assertThat(raw.rest()).isEmpty();
    }
  }

  @Test
  void a_body_that_turns_out_to_be_longer_is_413() throws Exception {
    try (Raw raw = new Raw(rig.port)) {
      raw.send("POST", "/echo/", "Transfer-Encoding: chunked");
      for (int i = 0; i < 3; i++) {
        raw.text("190\r\n" + "x".repeat(400) + "\r\n");
      }
      assertThat(raw.answer(false).status()).isEqualTo(413);
    }
  }

  @Test
  void after_its_number_of_requests_a_client_is_asked_to_connect_anew() throws Exception {
    int served = 0;
    boolean asked = false;
    try (Raw raw = new Raw(rig.port)) {
      while (!asked) {
        asked =
            raw.send("GET", "/echo/")
                .answer(false)
                .header("connection")
                .equals(java.util.Optional.of("close"));
        served++;
      }
      assertThat(raw.rest()).isEmpty();
    }
    assertThat(served).isBetween(9, 11);
  }

  @Test
  void an_instance_whose_name_nobody_knows_is_passed_over_and_not_ejected() throws Exception {
    InstanceKey key = new InstanceKey("echo", "b");
    rig.put(
        FacetKey.of(Kind.REGISTRATION, key),
        new Registration(
            "no-such-host.invalid",
            1,
            "one",
            1,
            "z",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            0,
            List.of(),
            0));
    rig.verdict("echo", "b", Health.UP);

    for (int i = 0; i < 20; i++) {
      assertThat(Raw.get(rig.port, "/echo/").status()).isEqualTo(200);
    }
    assertThat(rig.events).isEmpty();
    assertThat(rig.node.table().match("h", "/echo/").orElseThrow().pool().open())
        .noneMatch(endpoint -> endpoint.state().ejected(System.nanoTime()));
  }
}
