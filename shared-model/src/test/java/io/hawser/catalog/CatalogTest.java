package io.hawser.catalog;

import static io.hawser.catalog.Writes.ECHO_A;
import static io.hawser.catalog.Writes.at;
import static io.hawser.catalog.Writes.deleted;
import static io.hawser.catalog.Writes.maintenance;
import static io.hawser.catalog.Writes.registration;
import static io.hawser.catalog.Writes.role;
import static io.hawser.catalog.Writes.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private static final FacetKey REGISTRATION = FacetKey.of(Kind.REGISTRATION, ECHO_A);

  private final Catalog catalog = new Catalog();

  @Test
  void the_newer_write_of_a_facet_stays_in_either_order() {
    Entry older = at(1, Kind.REGISTRATION, registration("one"));
    Entry newer = at(2, Kind.REGISTRATION, registration("two"));

    assertThat(catalog.apply(newer)).isTrue();
    assertThat(catalog.apply(older)).isFalse();

    assertThat(catalog.get(REGISTRATION, Registration.class)).contains(registration("two"));
  }

  @Test
  void of_two_writes_at_the_same_time_that_of_the_higher_node_stays() {
    Entry low = at(1, new NodeId("a"), Kind.REGISTRATION, ECHO_A, registration("low"));
    Entry high = at(1, new NodeId("b"), Kind.REGISTRATION, ECHO_A, registration("high"));
    Catalog other = new Catalog();

    apply(catalog, low, high);
    apply(other, high, low);

    assertThat(catalog.get(REGISTRATION, Registration.class)).contains(registration("high"));
    assertThat(other.get(REGISTRATION, Registration.class)).contains(registration("high"));
  }

  @Test
  void the_same_entry_again_changes_nothing() {
    Entry entry = at(1, Kind.REGISTRATION, registration("one"));
    apply(catalog, entry);
    List<Long> digest = catalog.digest();

    assertThat(catalog.apply(entry)).isFalse();

    assertThat(catalog.digest()).isEqualTo(digest);
    assertThat(catalog.size()).isEqualTo(1);
  }

  @Test
  void a_renewal_erases_neither_verdict_nor_role_nor_maintenance() {
    apply(
        catalog,
        at(1, Kind.REGISTRATION, registration("one")),
        at(2, Kind.VERDICT, verdict("one", Health.DOWN)),
        at(3, Kind.ROLE, role(Role.ACTIVE)),
        at(4, Kind.MAINTENANCE, maintenance(100)),
        at(9, Kind.REGISTRATION, registration("one")));

    InstanceView view = catalog.instance(ECHO_A).orElseThrow();
    assertThat(view.health()).isEqualTo(Health.DOWN);
    assertThat(view.role()).isEqualTo(Role.ACTIVE);
    assertThat(view.inMaintenance(50)).isTrue();
  }

  /** What a catalog that keeps one stamp for the whole instance would lose. */
  @Test
  void a_verdict_older_than_the_renewal_still_arrives_when_it_comes_late() {
    apply(
        catalog,
        at(9, Kind.REGISTRATION, registration("one")),
        at(2, Kind.VERDICT, verdict("one", Health.UP)),
        at(1, Kind.ROLE, role(Role.ACTIVE)));

    assertThat(catalog.instance(ECHO_A).orElseThrow().routable(0)).isTrue();
  }

  @Test
  void a_deletion_is_a_write_that_later_writes_overcome_and_earlier_ones_do_not() {
    apply(
        catalog,
        deleted(5, Kind.REGISTRATION, ECHO_A),
        at(4, Kind.REGISTRATION, registration("before")));
    assertThat(catalog.services()).isEmpty();
    assertThat(catalog.instance(ECHO_A)).isEmpty();

    apply(catalog, at(6, Kind.REGISTRATION, registration("after")));

    assertThat(catalog.services()).containsExactly("echo");
    assertThat(catalog.instance(ECHO_A)).isPresent();
  }

  @Test
  void a_facet_without_a_registration_makes_no_instance() {
    apply(catalog, at(1, Kind.VERDICT, verdict("one", Health.UP)));

    assertThat(catalog.services()).isEmpty();
    assertThat(catalog.service("echo").instances()).isEmpty();
    assertThat(catalog.get(FacetKey.of(Kind.VERDICT, ECHO_A), Verdict.class)).isPresent();
  }

  @Test
  void instances_of_a_service_are_in_the_order_of_their_ids() {
    for (String id : new String[] {"b", "c", "a"}) {
      InstanceKey key = new InstanceKey("echo", id);
      apply(catalog, at(1, Writes.NODE, Kind.REGISTRATION, key, registration(id)));
    }
    apply(catalog, deleted(2, Kind.REGISTRATION, new InstanceKey("echo", "b")));

    assertThat(catalog.service("echo").instances())
        .extracting(i -> i.key().id())
        .containsExactly("a", "c");
  }

  @Test
  void only_deletions_that_are_old_enough_are_forgotten() {
    InstanceKey recent = new InstanceKey("echo", "b");
    apply(
        catalog,
        deleted(1, Kind.REGISTRATION, ECHO_A),
        deleted(1000, Kind.REGISTRATION, recent),
        at(1, Kind.VERDICT, verdict("one", Health.UP)));

    assertThat(catalog.prune(1 + Catalog.TOMBSTONE_LIFE_MS)).isEmpty();
    assertThat(catalog.prune(2 + Catalog.TOMBSTONE_LIFE_MS)).containsExactly(REGISTRATION);

    assertThat(catalog.size()).isEqualTo(2);
    Catalog fresh = new Catalog();
    apply(
        fresh,
        deleted(1000, Kind.REGISTRATION, recent),
        at(1, Kind.VERDICT, verdict("one", Health.UP)));
    assertThat(catalog.digest()).isEqualTo(fresh.digest());
  }

  @Test
  void a_digest_tells_of_every_difference() {
    Catalog other = new Catalog();
    assertThat(differing(other)).isEmpty();
    apply(catalog, at(1, Kind.REGISTRATION, registration("one")));
    assertThat(differing(other)).hasSize(1);
    apply(other, at(2, Kind.REGISTRATION, registration("one")));
    assertThat(differing(other)).hasSize(1);
    apply(catalog, at(2, Kind.REGISTRATION, registration("one")));
    assertThat(differing(other)).isEmpty();
  }

  private List<Integer> differing(Catalog other) {
    return HashTree.differing(catalog.digest(), other.digest());
  }

  private static void apply(Catalog catalog, Entry... entries) {
    Writes.apply(catalog, List.of(entries));
  }
}
