package io.hawser.balancer.plane;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.EndpointState.Change;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TableBuilder;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import io.hawser.testing.FakeTime;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstanceMetersTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FakeTime time = new FakeTime();
  private final InstanceMeters meters = new InstanceMeters(new Meters(registry), time.time());
  private final TableBuilder builder = new TableBuilder(new AffinityTokens(new byte[] {1}));

  private static InstanceView instance(String id, String incarnation) {
    return new InstanceView(
        new InstanceKey("echo", id),
        new Registration(
            "127.0.0.1",
            9000,
            incarnation,
            1,
            "z",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            0,
            List.of(),
            0),
        Optional.of(new Verdict(incarnation, Health.UP, 1, "", new NodeId("n"), List.of())),
        Optional.empty(),
        Optional.empty());
  }

  private EndpointState show(InstanceView... instances) {
    ServiceView service = new ServiceView("echo", List.of(instances));
    RoutingTable table = builder.build(List.of(service), Set.of(), Map.of(), 0);
    meters.show(table);
    return requireNonNull(table.pools().get("echo")).routable().getFirst().state();
  }

  private double counted(String name, String id) {
    return registry.get(name).tag("instance", id).functionCounter().count();
  }

  private double circuit(String id) {
    return registry.get(Meters.PROXY_INSTANCE_CIRCUIT).tag("instance", id).gauge().value();
  }

  @Test
  void requests_failures_and_the_circuit_of_an_instance_are_shown() {
    EndpointState state = show(instance("a", "one"));
    state.enter();
    state.enter();
    assertThat(circuit("a")).isZero();
    Change ejected = state.unreachable(time.nowNs());

    assertThat(ejected).isEqualTo(Change.EJECTED);
    assertThat(counted(Meters.PROXY_INSTANCE_REQUESTS, "a")).isEqualTo(2);
    assertThat(counted(Meters.PROXY_INSTANCE_FAILURES, "a")).isEqualTo(1);
    assertThat(circuit("a")).isEqualTo(EndpointState.Circuit.OPEN.level());
    var unused = time.advanceMs(1_000);
    assertThat(circuit("a")).isEqualTo(EndpointState.Circuit.HALF_OPEN.level());
  }

  @Test
  void those_of_one_that_is_gone_are_gone_and_another_life_begins_at_none() {
    show(instance("a", "one")).enter();
    show(instance("b", "one"), instance("a", "two")).enter();
    assertThat(counted(Meters.PROXY_INSTANCE_REQUESTS, "b")).isEqualTo(1);
    assertThat(counted(Meters.PROXY_INSTANCE_REQUESTS, "a")).isZero();

    EndpointState unused = show(instance("b", "one"));
    assertThat(registry.find(Meters.PROXY_INSTANCE_CIRCUIT).tag("instance", "a").gauge()).isNull();
    assertThat(registry.getMeters()).hasSize(5);
  }

  @Test
  void no_more_than_so_many_have_meters_and_the_others_are_counted() {
    EndpointState unused =
        show(
            IntStream.range(0, InstanceMeters.MOST + 7)
                .mapToObj(i -> instance("i" + i, "one"))
                .toArray(InstanceView[]::new));

    assertThat(registry.find(Meters.PROXY_INSTANCE_CIRCUIT).gauges()).hasSize(InstanceMeters.MOST);
    assertThat(registry.get(Meters.PROXY_INSTANCES_UNSHOWN).gauge().value()).isEqualTo(7);
  }
}
