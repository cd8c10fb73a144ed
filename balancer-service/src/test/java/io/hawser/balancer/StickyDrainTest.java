package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Strategy;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that a drained instance has kept loses no request when that instance stops. */
class StickyDrainTest {
  private final AtomicBoolean stopping = new AtomicBoolean();
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void a_get_that_the_drained_one_cannot_answer_is_answered_by_the_only_other_one()
      throws Exception {
    int old =
        rig.origin(
                request ->
                    request
                        .response()
                        .setStatusCode(stopping.get() ? 503 : 200)
                        .end("old")
                        .onFailure(e -> {}))
            .actualPort();
    rig.register("echo", "old", old);
    rig.route("sticky", "echo", "/s", Strategy.ROUND_ROBIN, Affinity.COOKIE);
    String cookie = Raw.get(rig.port, "/s/").header("set-cookie").orElseThrow();
    String pair = "Cookie: " + cookie.substring(0, cookie.indexOf(';'));
    rig.register("echo", "new", rig.named("new").actualPort());
    rig.register("echo", "old", old, 0, Role.ACTIVE);
    assertThat(Raw.get(rig.port, "/s/", pair).body()).isEqualTo("old");

    stopping.set(true);

    Raw.Answer moved = Raw.get(rig.port, "/s/", pair);
    assertThat(moved.status()).isEqualTo(200);
    assertThat(moved.body()).isEqualTo("new");
    assertThat(moved.header("set-cookie")).isPresent();
  }
}
