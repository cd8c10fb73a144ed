package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState.Change;
import io.hawser.balancer.core.strategy.LoadReport;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TableBuilderTest {
  private static final List<Health> HEALTHS = List.of(Health.values());
  private final TableBuilder builder = Catalogs.builder();

  private RoutingTable build(long wallMs, InstanceView... instances) {
    return builder.build(List.of(Catalogs.service("echo", instances)), Set.of(), Map.of(), wallMs);
  }

  private static Pool echo(RoutingTable table) {
    return table.pools().getOrDefault("echo", Pool.of("none", "", List.of(), ""));
  }

  private static EndpointState only(RoutingTable table) {
    return echo(table).open().getFirst().state();
  }

  @Test
  void the_census_says_why_nobody_is_routable() {
    RoutingTable table =
        build(
            1_000,
            Catalogs.instance("echo", "a", 1, Health.DOWN),
            Catalogs.instance("echo", "b", 1, Health.DOWN),
            Catalogs.instance("echo", "c", "one", 1, Health.UP, 1, Role.STANDBY),
            Catalogs.maintained(Catalogs.instance("echo", "d", 1, Health.UP), 2_000),
            Catalogs.instance("echo", "e", 1, Health.STARTING));

    assertThat(echo(table).open()).isEmpty();
    assertThat(echo(table).census())
        .isEqualTo("5 instances: 2 down, 1 in maintenance, 1 standby, 1 starting");
  }

  @Test
  void maintenance_ends_by_the_clock() {
    InstanceView view = Catalogs.maintained(Catalogs.instance("echo", "a", 1, Health.UP), 2_000);

    assertThat(echo(build(1_999, view)).open()).isEmpty();
    assertThat(echo(build(2_000, view)).open()).hasSize(1);
  }

  @Test
  void a_weight_of_zero_is_drained_unless_all_are_zero() {
    InstanceView drained = Catalogs.instance("echo", "a", 0, Health.UP);

    Pool mixed = echo(build(0, drained, Catalogs.instance("echo", "b", 1, Health.UP)));
    assertThat(mixed.routable()).hasSize(2);
    assertThat(mixed.open()).extracting(e -> e.key().id()).containsExactly("b");

    Pool all = echo(build(0, drained, Catalogs.instance("echo", "b", 0, Health.UP)));
    assertThat(all.open()).hasSize(2);
  }

  @Test
  void the_table_is_the_same_object_while_nothing_changes() {
    RoutingTable first = build(0, Catalogs.instance("echo", "a", 1, Health.UP));

    assertThat(build(1, Catalogs.instance("echo", "a", 1, Health.UP))).isSameAs(first);
    assertThat(build(2, Catalogs.instance("echo", "a", 2, Health.UP))).isNotSameAs(first);
  }

  @Test
  void state_survives_tables_that_the_instance_is_not_in() {
    EndpointState state = only(build(0, Catalogs.instance("echo", "a", 1, Health.UP)));
    state.enter();

    assertThat(echo(build(1, Catalogs.instance("echo", "a", 1, Health.DOWN))).open()).isEmpty();
    RoutingTable back = build(2, Catalogs.instance("echo", "a", 5, Health.UP));

    assertThat(only(back)).isSameAs(state);
    assertThat(only(back).active()).isEqualTo(1);
  }

  @Test
  void another_incarnation_has_a_state_of_its_own() {
    EndpointState state =
        only(build(0, Catalogs.instance("echo", "a", "one", 1, Health.UP, 1, Role.ACTIVE)));
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    EndpointState next =
        only(build(1, Catalogs.instance("echo", "a", "two", 1, Health.UP, 1, Role.ACTIVE)));

    assertThat(next.ejected(1)).isFalse();
  }

  @Test
  void a_new_verdict_that_it_is_up_lifts_an_ejection() {
    EndpointState state =
        only(build(0, Catalogs.instance("echo", "a", "one", 1, Health.UP, 1, Role.ACTIVE)));
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    RoutingTable suspect =
        build(1, Catalogs.instance("echo", "a", "one", 1, Health.SUSPECT, 2, Role.ACTIVE));
    assertThat(only(suspect).ejected(1)).isTrue();
    RoutingTable up = build(2, Catalogs.instance("echo", "a", "one", 1, Health.UP, 3, Role.ACTIVE));

    assertThat(only(up).ejected(2)).isFalse();
  }

  @Test
  void the_same_verdict_lifts_nothing() {
    InstanceView view = Catalogs.instance("echo", "a", 1, Health.UP);
    EndpointState state = only(build(0, view));
    assertThat(state.unreachable(0)).isEqualTo(Change.EJECTED);

    assertThat(only(build(1, view)).ejected(1)).isTrue();
  }

  @Test
  void a_load_report_of_another_life_is_not_taken() {
    RoutingTable table = build(0, Catalogs.instance("echo", "a", 1, Health.UP));
    InstanceKey key = new InstanceKey("echo", "a");

    builder.report(key, "other", new LoadReport(1, 1, 1, 0));
    assertThat(only(table).load()).isNull();
    builder.report(key, "one", new LoadReport(1, 1, 1, 0));
    assertThat(only(table).load()).isNotNull();
  }

  @Test
  void builders_with_the_same_secret_give_the_same_cookies_and_others_do_not() {
    InstanceKey key = new InstanceKey("echo", "a");
    AffinityTokens one = new AffinityTokens("x".getBytes(StandardCharsets.UTF_8));
    AffinityTokens same = new AffinityTokens("x".getBytes(StandardCharsets.UTF_8));
    AffinityTokens other = new AffinityTokens("y".getBytes(StandardCharsets.UTF_8));

    assertThat(one.token(key)).isEqualTo(same.token(key)).hasSize(22);
    assertThat(one.token(key)).isNotEqualTo(other.token(key));
    assertThat(one.token(key)).isNotEqualTo(one.token(new InstanceKey("echo", "b")));
  }

  @Test
  void whatever_the_catalog_holds_the_table_holds_the_routable_and_only_those() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 500; round++) {
      List<InstanceView> instances = new ArrayList<>();
      for (int i = 0; i < random.nextInt(8); i++) {
        InstanceView view =
            Catalogs.instance(
                "echo",
                "i" + i,
                "inc" + random.nextInt(2),
                random.nextInt(3),
                HEALTHS.get(random.nextInt(HEALTHS.size())),
                random.nextInt(4),
                random.nextBoolean() ? Role.ACTIVE : Role.STANDBY);
        instances.add(
            random.nextInt(4) == 0 ? Catalogs.maintained(view, random.nextInt(1_000)) : view);
      }
      long wallMs = random.nextInt(1_000);
      ServiceView service = new ServiceView("echo", instances);

      Pool pool = echo(builder.build(List.of(service), Set.of(), Map.of(), wallMs));

      assertThat(pool.routable())
          .as("seed 5 round %d", round)
          .extracting(Endpoint::key)
          .containsExactlyElementsOf(
              instances.stream().filter(v -> v.routable(wallMs)).map(InstanceView::key).toList());
      assertThat(pool.routable()).containsAll(pool.open());
      assertThat(pool.open().isEmpty()).isEqualTo(pool.routable().isEmpty());
    }
  }

  @Test
  void what_follows_change_by_change_is_what_a_look_at_all_finds() {
    for (long seed = 0; seed < 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TableBuilder followed = Catalogs.builder();
      TableBuilder whole = Catalogs.builder();
      Map<String, ServiceView> catalog = new TreeMap<>();
      Set<String> exclusive = new HashSet<>();
      Set<String> others = Set.of("s-1", "s-2");
      RoutingTable unused =
          followed.build(List.of(), others, exclusives(exclusive, List.of()), Map.of(), 0);
      for (int step = 1; step <= 200; step++) {
        String service = "s-" + random.nextInt(9);
        if (random.nextInt(20) == 0 && !exclusive.remove(service)) {
          exclusive.add(service);
        }
        ServiceView view = service(service, random, step);
        if (view.instances().isEmpty()) {
          catalog.remove(service);
        } else {
          catalog.put(service, view);
        }
        RoutingTable next =
            followed.update(List.of(view), exclusives(exclusive, List.of(view)), step);
        List<ServiceView> views = List.copyOf(catalog.values());
        RoutingTable all = whole.build(views, others, exclusives(exclusive, views), Map.of(), step);

        assertThat(shown(next)).as("seed %d step %d", seed, step).isEqualTo(shown(all));
      }
    }
  }

  /** As if the roles that the instances have were what their records say. */
  private static TableBuilder.Exclusives exclusives(Set<String> services, List<ServiceView> views) {
    Map<String, InstanceKey> holders = new TreeMap<>();
    for (ServiceView view : views) {
      List<InstanceKey> active =
          view.instances().stream()
              .filter(instance -> instance.role() == Role.ACTIVE)
              .map(InstanceView::key)
              .toList();
      if (active.size() == 1) {
        holders.put(view.service(), active.getFirst());
      }
    }
    return new TableBuilder.Exclusives(services, holders, OptionalLong.empty());
  }

  private static ServiceView service(String name, SplittableRandom random, int step) {
    List<InstanceView> instances = new ArrayList<>();
    for (int i = 0; i < random.nextInt(4); i++) {
      instances.add(
          Catalogs.instance(
              name,
              "i" + i,
              "inc" + random.nextInt(2),
              random.nextInt(3),
              HEALTHS.get(random.nextInt(HEALTHS.size())),
              step,
              random.nextBoolean() ? Role.ACTIVE : Role.STANDBY));
    }
    return new ServiceView(name, instances);
  }

  /** What a table has of each service. */
  private static Map<String, String> shown(RoutingTable table) {
    Map<String, String> shown = new TreeMap<>();
    table
        .pools()
        .forEach(
            (service, pool) ->
                shown.put(
                    service,
                    pool.routable().stream()
                            .map(e -> e.key().id() + e.incarnation() + e.weight())
                            .toList()
                        + pool.census()
                        + pool.exclusive()));
    return shown;
  }

  @Test
  void a_table_that_follows_another_one_has_its_roles_confirmed_for_as_long() {
    long second = 1_000_000_000L;
    ServiceView view = Catalogs.service("echo", Catalogs.instance("echo", "a", 1, Health.UP));
    RoutingTable first =
        builder.build(
            List.of(view),
            Set.of(),
            new TableBuilder.Exclusives(Set.of("echo"), Map.of(), OptionalLong.of(second)),
            Map.of(),
            0);
    RoutingTable next =
        builder.update(
            List.of(Catalogs.service("other", Catalogs.instance("other", "a", 1, Health.UP))),
            new TableBuilder.Exclusives(Set.of(), Map.of(), OptionalLong.empty()),
            0);
    assertThat(next.roles().stand(2 * second)).isTrue();
    long laterNs = 2 * second + RoleTerm.NS;
    next.roles().confirmed(laterNs);

    assertThat(next.roles().stand(laterNs)).isTrue();
    assertThat(first.roles().stand(laterNs)).isFalse();
  }
}
