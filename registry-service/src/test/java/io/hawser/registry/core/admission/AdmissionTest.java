package io.hawser.registry.core.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.catalog.Catalog;
import io.hawser.catalog.Refused;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.Stamp;
import io.hawser.registry.core.admission.Admission.Decision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
  private static final InstanceKey KEY = new InstanceKey("echo", "e1");
  private static final FacetKey REGISTRATION = FacetKey.of(Kind.REGISTRATION, KEY);
  private static final FacetKey VERDICT = FacetKey.of(Kind.VERDICT, KEY);
  private static final CheckSpec HTTP = new CheckSpec(CheckType.HTTP, "/h", 1_000, 1_000, 3, 2);

  private final Catalog catalog = new Catalog();
  private long writes;

  private void write(Map<FacetKey, Optional<Facet>> entries) {
    entries.forEach(
        (key, value) ->
            assertThat(catalog.apply(new Entry(key, value, new Stamp(++writes, new NodeId("n")))))
                .isTrue());
  }

  private Decision register(Registration registration, boolean replace) {
    Decision decision =
        Admission.register(catalog, new Register(KEY, registration, replace), 1_000 + writes);
    write(decision.writes());
    return decision;
  }

  private static Registration registration(String incarnation, long ttlMs, CheckSpec... checks) {
    return at(9000, incarnation, ttlMs, checks);
  }

  private static Registration at(int port, String incarnation, long ttlMs, CheckSpec... checks) {
    return new Registration(
        "127.0.0.1",
        port,
        incarnation,
        1,
        "default",
        List.of(),
        Map.of(),
        Role.ACTIVE,
        ttlMs,
        List.of(checks),
        0);
  }

  private void judged(String incarnation, Health health) {
    Verdict verdict = new Verdict(incarnation, health, 0, "", new NodeId("n"), List.of());
    Health from = catalog.instance(KEY).orElseThrow().health();
    write(Admission.judge(catalog, KEY, from, verdict));
  }

  @Test
  void a_new_instance_is_created_with_the_time_of_its_registration() {
    assertThat(register(registration("one", 0), false).created()).isTrue();
    assertThat(catalog.instance(KEY).orElseThrow().registration().registeredAtMs())
        .isEqualTo(1_000);
  }

  @Test
  void an_unchanged_renewal_writes_nothing() {
    Decision created = register(registration("one", 0), false);
    judged("one", Health.UP);
    Decision renewed = register(registration("one", 0), false);

    assertThat(created.writes()).hasSize(1);
    assertThat(renewed).isEqualTo(new Decision(false, Map.of()));
  }

  @ParameterizedTest
  @EnumSource(
      value = Health.class,
      names = {"SUSPECT", "DOWN", "RECOVERING"})
  void a_renewal_of_one_that_may_be_removed_elsewhere_is_newer_than_that(Health health) {
    Decision created = register(registration("one", 0), false);
    judged("one", health);
    Decision renewed = register(registration("one", 0), false);

    assertThat(renewed).isEqualTo(new Decision(false, created.writes()));
  }

  @Test
  void the_record_of_one_that_is_up_is_written_anew_once_a_minute() {
    Decision created = register(registration("one", 0), false);
    judged("one", Health.UP);
    Register again = new Register(KEY, registration("one", 0), false);

    assertThat(Admission.register(catalog, again, Admission.RENEWED_MS - 1).writes()).isEmpty();
    assertThat(Admission.register(catalog, again, Admission.RENEWED_MS).writes())
        .isEqualTo(created.writes());
  }

  @Test
  void a_changed_renewal_is_written_with_its_first_time() {
    Decision created = register(registration("one", 0), false);
    Decision renewed = register(registration("one", 5_000), false);

    assertThat(created.created()).isTrue();
    assertThat(renewed.created()).isFalse();
    Registration now = catalog.instance(KEY).orElseThrow().registration();
    assertThat(now.ttlMs()).isEqualTo(5_000);
    assertThat(now.registeredAtMs()).isEqualTo(1_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTING", "UP"})
  void another_incarnation_of_a_live_instance_is_refused_unless_it_is_to_replace(Health health) {
    Decision first = register(registration("one", 0), false);
    judged("one", health);

    assertThatThrownBy(() -> register(registration("two", 0), false))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("instance-conflict"))
        .hasMessageContaining("'one'");
    assertThat(register(registration("two", 0), true).created()).isTrue();
    assertThat(first.created()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"DOWN", "RECOVERING"})
  void one_that_has_not_shown_that_it_is_back_may_be_replaced_by_anybody(Health health) {
    Decision first = register(registration("one", 0), false);
    judged("one", health);
    Decision second = register(registration("two", 0), false);

    assertThat(first.created()).isTrue();
    assertThat(second.created()).isTrue();
    assertThat(second.writes()).containsEntry(VERDICT, Optional.empty());
    assertThat(catalog.instance(KEY).orElseThrow().health()).isEqualTo(Health.STARTING);
  }

  @Test
  void a_suspect_is_replaced_only_by_what_is_at_its_address() {
    Decision first = register(registration("one", 0), false);
    judged("one", Health.SUSPECT);

    assertThatThrownBy(() -> register(at(9001, "two", 0), false))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("instance-conflict"));
    assertThat(register(registration("two", 0), false).created()).isTrue();
    assertThat(first.created()).isTrue();
  }

  @Test
  void deregistering_deletes_the_verdict_and_leaves_the_operators_word() {
    Decision first = register(registration("one", 0), false);
    judged("one", Health.UP);
    FacetKey maintenance = FacetKey.of(Kind.MAINTENANCE, KEY);
    write(Map.of(maintenance, Optional.of(new Maintenance("upgrade", "ops", 9))));

    assertThat(first.created()).isTrue();
    assertThat(Admission.deregister(catalog, KEY))
        .isEqualTo(Map.of(REGISTRATION, Optional.empty(), VERDICT, Optional.empty()));
    assertThatThrownBy(() -> Admission.deregister(catalog, new InstanceKey("echo", "e2")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("echo/e2");
  }

  @Test
  void a_verdict_on_one_that_was_replaced_or_removed_is_not_written() {
    Verdict verdict = new Verdict("one", Health.DOWN, 0, "", new NodeId("n"), List.of());
    assertThat(Admission.judge(catalog, KEY, Health.STARTING, verdict)).isEmpty();
    Decision second = register(registration("two", 0), false);

    assertThat(second.created()).isTrue();
    assertThat(Admission.judge(catalog, KEY, Health.STARTING, verdict)).isEmpty();
  }

  @Test
  void a_verdict_is_not_written_over_one_that_its_judge_did_not_know() {
    assertThat(register(registration("one", 0), false).created()).isTrue();
    judged("one", Health.UP);
    judged("one", Health.DOWN);
    Verdict late = new Verdict("one", Health.SUSPECT, 0, "", new NodeId("n"), List.of());

    assertThat(Admission.judge(catalog, KEY, Health.UP, late)).isEmpty();
    assertThat(Admission.judge(catalog, KEY, Health.DOWN, late)).containsKey(VERDICT);
  }

  @Test
  void only_one_that_is_still_down_is_evicted() {
    Decision first = register(registration("one", 1_000), false);
    judged("one", Health.RECOVERING);
    assertThat(first.created()).isTrue();
    assertThat(Admission.evict(catalog, KEY, "one")).isEmpty();
    judged("one", Health.DOWN);
    assertThat(Admission.evict(catalog, KEY, "two")).isEmpty();

    assertThat(Admission.evict(catalog, KEY, "one")).containsOnlyKeys(REGISTRATION, VERDICT);
  }

  @Test
  void figures_out_of_range_become_the_nearest_in_range() {
    CheckSpec wild = new CheckSpec(CheckType.TCP, "/x", -5, 0, 0, Integer.MAX_VALUE);
    Decision decision = register(registration("one", 0, wild, wild), false);

    assertThat(decision.created()).isTrue();
    assertThat(catalog.instance(KEY).orElseThrow().registration().checks())
        .containsExactly(new CheckSpec(CheckType.TCP, "", 100, 10, 1, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "health", "/a b", "/a\r\nHost: x", "/\u00e9", "http://elsewhere/"})
  void a_path_that_is_none_is_refused(String path) {
    CheckSpec spec = new CheckSpec(CheckType.HTTP, path, 1_000, 1_000, 3, 2);

    assertThatThrownBy(() -> register(registration("one", 0, spec), false))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("bad-check"));
  }

  @Test
  void too_many_checks_and_bad_ttls_are_refused() {
    CheckSpec[] many = Collections.nCopies(9, HTTP).toArray(CheckSpec[]::new);

    assertThatThrownBy(() -> register(registration("one", 0, many), false))
        .isInstanceOf(Refused.class);
    assertThatThrownBy(() -> register(registration("one", -1), false)).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> register(registration("one", 199), false)).isInstanceOf(Refused.class);
  }
}
