package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.TableBuilder.Exclusives;
import io.hawser.catalog.Exclusive;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExclusiveServiceTest {
  private static final InstanceView A = Catalogs.instance("s", "a", 1, Health.UP);
  private static final InstanceView B = Catalogs.instance("s", "b", 1, Health.UP);
  private final TableBuilder builder = Catalogs.builder();
  private final Chooser chooser = new Chooser(() -> 0L);

  private static InstanceView with(InstanceView view, Role role, long epoch) {
    return new InstanceView(
        view.key(),
        view.registration(),
        view.verdict(),
        view.maintenance(),
        Optional.of(new RoleRecord(role, new Epoch(epoch), "", "")));
  }

  private RoutingTable build(OptionalLong confirmedNs, InstanceView... instances) {
    return builder.build(
        List.of(
            Catalogs.service("s", instances),
            Catalogs.service("o", Catalogs.instance("o", "any", 1, Health.UP))),
        Set.of(),
        new Exclusives(Set.of("s"), Exclusive.holders(roles(instances)), confirmedNs),
        Map.of(),
        0);
  }

  private static Map<FacetKey, RoleRecord> roles(InstanceView... instances) {
    Map<FacetKey, RoleRecord> roles = new HashMap<>();
    for (InstanceView view : instances) {
      view.roleRecord().ifPresent(role -> roles.put(FacetKey.of(Kind.ROLE, view.key()), role));
    }
    return roles;
  }

  private static Optional<String> holder(InstanceView... instances) {
    return Optional.ofNullable(Exclusive.holders(roles(instances)).get("s")).map(InstanceKey::id);
  }

  private Optional<String> routed(RoutingTable table, String service, long nowNs) {
    Target target = table.match("h", "/" + service + "/").orElseThrow();
    return chooser.choose(target, "", List.<InstanceKey>of(), nowNs).map(e -> e.key().id());
  }

  @Test
  void at_most_one_is_routed_and_none_without_a_role_record() {
    assertThat(holder(A, B)).isEmpty();
    assertThat(holder(with(A, Role.ACTIVE, 1), B)).contains("a");
    assertThat(holder(with(A, Role.STANDBY, 1), with(B, Role.STANDBY, 2))).isEmpty();
  }

  @Test
  void a_candidate_that_is_made_ready_takes_nobodys_place() {
    assertThat(holder(with(A, Role.ACTIVE, 1), with(B, Role.STANDBY, 2))).contains("a");
  }

  @Test
  void of_two_that_are_active_nobody_is_routed_also_where_only_one_is_registered() {
    InstanceView first = with(A, Role.ACTIVE, 1);
    InstanceView second = with(B, Role.ACTIVE, 2);
    Map<String, InstanceKey> holders = Exclusive.holders(roles(first, second));
    for (InstanceView registered : List.of(first, second)) {
      RoutingTable table =
          builder.build(
              List.of(Catalogs.service("s", registered)),
              Set.of(),
              new Exclusives(Set.of("s"), holders, OptionalLong.of(0)),
              Map.of(),
              0);
      assertThat(routed(table, "s", 1)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 5, 1_000})
  void it_is_routed_for_a_term_after_the_question_and_no_longer(long askedNs) {
    RoutingTable table = build(OptionalLong.of(askedNs), with(A, Role.ACTIVE, 1), B);
    assertThat(routed(table, "s", askedNs)).contains("a");
    assertThat(routed(table, "s", askedNs + RoleTerm.NS - 1)).contains("a");
    assertThat(routed(table, "s", askedNs + RoleTerm.NS + 1)).isEmpty();
    assertThat(routed(table, "s", askedNs + 100 * RoleTerm.NS)).isEmpty();
  }

  @Test
  void it_is_not_routed_before_the_first_confirmation_and_others_are() {
    RoutingTable table = build(OptionalLong.empty(), with(A, Role.ACTIVE, 1), B);
    assertThat(routed(table, "s", 0)).isEmpty();
    assertThat(routed(table, "o", 0)).contains("any");
    assertThat(routed(table, "o", 100 * RoleTerm.NS)).contains("any");
  }

  @Test
  void each_confirmation_gives_the_same_table_a_new_term() {
    RoutingTable table = build(OptionalLong.of(0), with(A, Role.ACTIVE, 1), B);
    RoutingTable same = build(OptionalLong.of(RoleTerm.NS), with(A, Role.ACTIVE, 1), B);
    assertThat(same).isSameAs(table);
    assertThat(routed(table, "s", 2 * RoleTerm.NS - 1)).contains("a");
  }

  @Test
  void what_confirms_a_newer_table_is_no_evidence_for_an_older_one() {
    RoutingTable old = build(OptionalLong.of(0), with(A, Role.ACTIVE, 1), B);
    RoutingTable next =
        build(OptionalLong.of(RoleTerm.NS), with(A, Role.STANDBY, 2), with(B, Role.ACTIVE, 2));
    assertThat(routed(old, "s", RoleTerm.NS + 1)).isEmpty();
    assertThat(routed(next, "s", RoleTerm.NS + 1)).contains("b");
  }

  @Test
  void nobody_is_routed_between_the_old_one_and_the_next() {
    RoutingTable table =
        build(OptionalLong.of(0), with(A, Role.STANDBY, 2), with(B, Role.STANDBY, 2));
    assertThat(routed(table, "s", 1)).isEmpty();
  }
}
