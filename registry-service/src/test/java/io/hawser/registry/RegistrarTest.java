package io.hawser.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RegistrarTest {
  private static final InstanceKey KEY = new InstanceKey("shop", "a");
  private static final FacetKey INCIDENT = new FacetKey(Kind.INCIDENT, "shop", "shop-1");

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void tearDown() {
    Await.result(vertx.close());
  }

  private static Incident failed() {
    return new Incident(
        "shop",
        "a",
        "life",
        "",
        Phase.FAILED,
        "",
        List.of(),
        Epoch.NONE,
        Recovery.NONE,
        0,
        0,
        List.of(),
        List.of(),
        Optional.empty(),
        0);
  }

  @Test
  void one_that_its_failover_goes_by_is_not_evicted_until_that_has_ended() {
    TestNode node = TestNode.on(vertx).start();
    Registration registration =
        new Registration(
            "h", 1, "life", 1, "", List.of(), Map.of(), Role.ACTIVE, 5_000, List.of(), 0);
    Verdict down =
        new Verdict("life", Health.DOWN, 0, "seen", node.members().self().id(), List.of());
    Object unused =
        Await.result(node.catalog().put(FacetKey.of(Kind.REGISTRATION, KEY), registration));
    unused = Await.result(node.catalog().put(FacetKey.of(Kind.VERDICT, KEY), down));
    unused = Await.result(node.catalog().put(INCIDENT, failed()));
    Registrar registrar = new Registrar(node.context());
    Await.result(registrar.evict(KEY, "life"));
    assertThat(node.catalog().instance(KEY)).isPresent();

    unused = Await.result(node.catalog().delete(INCIDENT));
    Await.result(registrar.evict(KEY, "life"));
    assertThat(node.catalog().instance(KEY)).isEmpty();
  }
}
