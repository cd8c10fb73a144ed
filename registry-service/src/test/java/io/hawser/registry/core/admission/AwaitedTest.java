package io.hawser.registry.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AwaitedTest {
  private static InstanceView view(String id, Role role, Health health) {
    Registration registration =
        new Registration("h", 1, "life", 1, "", List.of(), Map.of(), role, 5_000, List.of(), 0);
    Verdict verdict = new Verdict("life", health, 0, "seen", new NodeId("n"), List.of());
    return new InstanceView(
        new InstanceKey("shop", id),
        registration,
        Optional.of(verdict),
        Optional.empty(),
        Optional.empty());
  }

  private static Incident incident(String failed, Phase phase, Recovery recovery) {
    return new Incident(
        "shop",
        failed,
        "life",
        "",
        phase,
        "",
        List.of(),
        Epoch.NONE,
        recovery,
        1,
        0,
        List.of(),
        List.of(),
        Optional.empty(),
        0);
  }

  private static boolean awaited(Role other, Incident incident) {
    ServiceView shop =
        new ServiceView(
            "shop", List.of(view("a", Role.ACTIVE, Health.DOWN), view("b", other, Health.UP)));
    return Awaited.is(shop, "a", List.of(incident));
  }

  @Test
  void one_that_is_being_brought_back_is_awaited_though_another_serves() {
    assertThat(awaited(Role.ACTIVE, incident("a", Phase.ROUTED, Recovery.TRYING))).isTrue();
    assertThat(awaited(Role.ACTIVE, incident("a", Phase.ROUTED, Recovery.WAITING))).isTrue();
    assertThat(awaited(Role.ACTIVE, incident("a", Phase.CLOSED, Recovery.GIVEN_UP))).isFalse();
    assertThat(awaited(Role.ACTIVE, incident("b", Phase.ROUTED, Recovery.TRYING))).isFalse();
  }

  @Test
  void one_in_whose_place_nobody_came_is_awaited_as_long_as_nobody_serves() {
    assertThat(awaited(Role.STANDBY, incident("a", Phase.FAILED, Recovery.GIVEN_UP))).isTrue();
    assertThat(awaited(Role.ACTIVE, incident("a", Phase.FAILED, Recovery.GIVEN_UP))).isFalse();
  }
}
