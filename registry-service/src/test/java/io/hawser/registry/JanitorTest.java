package io.hawser.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.model.DetectionMessage.AskRegistry;
import io.hawser.model.DetectionMessage.RegistryState;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.Outcome;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the registry does about what it finds in the catalog, and was never told of. */
class JanitorTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  private static void register(TestNode node, InstanceKey key) {
    Registration registration =
        new Registration(
            "127.0.0.1",
            1,
            "one",
            1,
            "default",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            60_000,
            List.of(),
            0);
    var unused =
        Await.result(node.catalog().put(FacetKey.of(Kind.REGISTRATION, key), registration));
  }

  private static void judge(TestNode node, InstanceKey key, Health health) {
    Verdict verdict = new Verdict("one", health, 0, "", node.id(), List.of());
    var unused = Await.result(node.catalog().put(FacetKey.of(Kind.VERDICT, key), verdict));
  }

  @Test
  void the_end_of_a_maintenance_is_a_change_for_those_who_wait_for_one() {
    List<TestNode> nodes = TestNode.cluster(vertx, 2, Time.SYSTEM);
    InstanceKey key = new InstanceKey("echo", "e1");
    register(nodes.getFirst(), key);
    Maintenance soon = new Maintenance("upgrade", "ops", Time.SYSTEM.wallMs() + 300);
    var unused =
        Await.result(nodes.getFirst().catalog().put(FacetKey.of(Kind.MAINTENANCE, key), soon));
    Await.until(
        "both know of it",
        () ->
            nodes
                .getLast()
                .catalog()
                .instance(key)
                .filter(view -> view.maintenance().isPresent())
                .isPresent());
    String before = nodes.getLast().catalog().index("echo");
    nodes.forEach(node -> new Janitor(node.context()).start(vertx));

    Await.until("the index moves", () -> !nodes.getLast().catalog().index("echo").equals(before));
    assertThat(nodes.getLast().catalog().instance(key).orElseThrow().maintenance()).isEmpty();
  }

  @Test
  void what_was_down_before_the_registry_started_is_a_mass_failure_too() {
    TestNode node = TestNode.start(vertx);
    for (String service : List.of("echo", "shop")) {
      for (String id : List.of("e1", "e2")) {
        InstanceKey key = new InstanceKey(service, id);
        register(node, key);
        judge(node, key, Health.DOWN);
      }
    }
    Await.result(vertx.deployVerticle(new RegistryVerticle(node.context())));

    Await.until("evictions are held back", () -> state(node).frozen());
  }

  private static RegistryState state(TestNode node) {
    Outcome<RegistryState> outcome =
        Await.result(
            node.bus()
                .request(
                    Addresses.REGISTRY_STATE, node.id(), new AskRegistry(), Duration.ofSeconds(5)));
    return ((Outcome.Ok<RegistryState>) outcome).value();
  }
}
