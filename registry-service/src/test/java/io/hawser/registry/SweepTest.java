package io.hawser.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final int INSTANCES = 250;

  private final Vertx vertx = Vertx.vertx();
  private final TestNode node = TestNode.start(vertx);
  private final Map<InstanceKey, InstanceView> seen = new HashMap<>();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  private static InstanceKey key(int number) {
    return new InstanceKey("echo", "e" + number);
  }

  private void register(int number) {
    Registration registration =
        new Registration(
            "127.0.0.1",
            1 + number,
            "one",
            1,
            "default",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            3_000,
            List.of(),
            0);
    var unused =
        Await.result(node.catalog().put(FacetKey.of(Kind.REGISTRATION, key(number)), registration));
  }

  private void callDown(InstanceKey key) {
    Verdict verdict = new Verdict("one", Health.DOWN, 0, "it failed", node.id(), List.of());
    var unused = Await.result(node.catalog().put(FacetKey.of(Kind.VERDICT, key), verdict));
  }

  private InstanceKey notSeenYet() {
    for (int i = 0; i < INSTANCES; i++) {
      if (!seen.containsKey(key(i))) {
        return key(i);
      }
    }
    throw new AssertionError("all were seen in one step");
  }

  @Test
  void what_changes_while_it_waits_for_its_turn_is_handed_over_as_it_is_then() {
    for (int i = 0; i < INSTANCES; i++) {
      register(i);
    }
    Sweep sweep =
        new Sweep(node.catalog(), Set.of(), view -> seen.put(view.key(), view), key -> {});
    assertThat(sweep.step()).isTrue();
    assertThat(sweep.step()).isFalse();
    InstanceKey late = notSeenYet();
    callDown(late);
    while (!sweep.step()) {
      assertThat(seen).hasSizeLessThanOrEqualTo(INSTANCES);
    }

    assertThat(seen).hasSize(INSTANCES);
    assertThat(Optional.ofNullable(seen.get(late)).map(InstanceView::health)).contains(Health.DOWN);
    assertThat(sweep.total()).isEqualTo(INSTANCES);
  }
}
