package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.EndpointState.Change;
import io.hawser.bus.client.BalancerClient;
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.Outcome;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Choices for clients that connect by themselves, asked of a balancer over the bus. */
class PicksTest {
  /** Longer than the first ejection. */
  private static final long EJECTION_NS = 2_000_000_000L;

  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private Outcome<Picked> pick(Strategy strategy, String key) throws Exception {
    BalancerClient client = new BalancerClient(rig.context.bus(), rig.context.members());
    return BalancerRig.await(client.pick(new AskPick("echo", strategy, key)));
  }

  private void assertRefused(Strategy strategy, String code) throws Exception {
    assertThat(pick(strategy, ""))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void every_strategy_chooses_one_that_works() throws Exception {
    for (Strategy strategy : Strategy.values()) {
      assertRefused(strategy, "unknown-service");
    }
    rig.register("echo", "a", rig.named("a").actualPort());
    rig.register("echo", "b", rig.named("b").actualPort());
    for (Strategy strategy : Strategy.values()) {
      assertThat(pick(strategy, "")).isInstanceOf(Outcome.Ok.class);
    }
    assertThat(pick(Strategy.CONSISTENT_HASH, "ann"))
        .isEqualTo(pick(Strategy.CONSISTENT_HASH, "ann"));
    rig.verdict("echo", "a", Health.DOWN);
    rig.verdict("echo", "b", Health.DOWN);
    for (Strategy strategy : Strategy.values()) {
      assertRefused(strategy, "no-instance");
    }
  }

  @Test
  void nobody_is_picked_to_try_one_on_probation_as_nobody_tells_how_it_went() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    EndpointState state =
        rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst().state();
    long nowNs = rig.context.time().nowNs();
    assertThat(state.unreachable(nowNs)).isEqualTo(Change.EJECTED);
    rig.aheadNs = () -> EJECTION_NS;

    assertThat(pick(Strategy.ROUND_ROBIN, "")).isInstanceOf(Outcome.Ok.class);
    assertThat(state.admit(rig.context.time().nowNs())).isTrue();
  }

  @Test
  void the_idlest_is_chosen_where_that_is_asked_for() throws Exception {
    rig.register("echo", "a", rig.named("a").actualPort());
    rig.register("echo", "b", rig.named("b").actualPort());
    rig.node.table().match("h", "/echo/").orElseThrow().pool().open().stream()
        .filter(e -> e.key().id().equals("a"))
        .forEach(e -> e.state().enter());
    for (Strategy strategy : new Strategy[] {Strategy.LEAST_CONNECTIONS, Strategy.TWO_CHOICES}) {
      assertThat(pick(strategy, ""))
          .isInstanceOfSatisfying(
              Outcome.Ok.class, ok -> assertThat(ok.value().toString()).contains("echo/b"));
    }
  }
}
