package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An instance that has enough to do uses up no try: nothing was sent to it. */
class CrowdedTriesTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of("balancer.requests-per-instance", "1"));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
    rig.close();
  }

  private void route(String prefix, int tries) throws Exception {
    Route route =
        new Route(
            "echo",
            "",
            prefix,
            true,
            Strategy.ROUND_ROBIN,
            Affinity.NONE,
            "",
            Map.of(),
            tries,
            0,
            0,
            0,
            0,
            0);
    rig.put(FacetKey.named(Kind.ROUTE, "r"), route);
    BalancerRig.until(
        "the table takes the route in",
        () -> rig.node.table().match("h", prefix).map(t -> t.route()).equals(Optional.of(route)));
  }

  private void crowd(int instances) throws Exception {
    for (int i = 0; i < instances; i++) {
      String id = "full" + i;
      RawOrigin silent =
          new RawOrigin(
              connection -> {
                connection.head();
                connection.head();
              });
      open.add(silent);
      rig.register("echo", id, silent.port());
      Raw raw = new Raw(rig.port);
      open.add(raw);
      // The others have one already: it goes to the new one.
      raw.send("GET", "/echo/");
      BalancerRig.until(
          id + " has enough to do",
          () ->
              rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
                  .filter(e -> e.key().id().equals(id))
                  .allMatch(e -> e.active() == 1));
    }
  }

  @Test
  void a_route_with_one_try_goes_on_to_who_has_room() throws Exception {
    crowd(1);
    rig.register("echo", "free", rig.named("free").actualPort());
    route("/one", 1);

    for (int i = 0; i < 4; i++) {
      assertThat(Raw.get(rig.port, "/one/").body()).isEqualTo("free");
    }
  }

  @Test
  void so_does_one_with_three_when_three_have_enough_to_do() throws Exception {
    crowd(3);
    rig.register("echo", "free", rig.named("free").actualPort());
    route("/three", 0);

    for (int i = 0; i < 8; i++) {
      assertThat(Raw.get(rig.port, "/three/").body()).isEqualTo("free");
    }
  }
}
