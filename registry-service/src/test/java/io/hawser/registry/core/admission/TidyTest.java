package io.hawser.registry.core.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.Catalog;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TidyTest {
  private static final InstanceKey KEY = new InstanceKey("echo", "e1");
  private static final FacetKey MAINTENANCE = FacetKey.of(Kind.MAINTENANCE, KEY);
  private static final FacetKey VERDICT = FacetKey.of(Kind.VERDICT, KEY);
  private static final long WRITTEN_MS = 1_000_000;

  private final Catalog catalog = new Catalog();

  private void write(FacetKey key, Facet value) {
    Stamp stamp = new Stamp(WRITTEN_MS << 16, new NodeId("n"));
    assertThat(catalog.apply(new Entry(key, Optional.of(value), stamp))).isTrue();
  }

  private void judge() {
    write(VERDICT, new Verdict("one", Health.DOWN, 0, "", new NodeId("n"), List.of()));
  }

  private Map<FacetKey, Optional<Facet>> tidyAt(long wallMs) {
    return Tidy.writes(catalog, List.of(MAINTENANCE, VERDICT), wallMs);
  }

  @Test
  void maintenance_ends_when_its_time_is_over() {
    write(MAINTENANCE, new Maintenance("upgrade", "ops", WRITTEN_MS + 10));

    assertThat(tidyAt(WRITTEN_MS + 9)).isEmpty();
    assertThat(tidyAt(WRITTEN_MS + 10)).isEqualTo(Map.of(MAINTENANCE, Optional.empty()));
  }

  @Test
  void a_verdict_on_nobody_goes_once_it_is_old() {
    judge();

    assertThat(tidyAt(WRITTEN_MS + Tidy.ORPHAN_MS)).isEmpty();
    assertThat(tidyAt(WRITTEN_MS + Tidy.ORPHAN_MS + 1))
        .isEqualTo(Map.of(VERDICT, Optional.empty()));
  }

  @Test
  void a_verdict_on_one_that_is_there_stays() {
    judge();
    write(
        FacetKey.of(Kind.REGISTRATION, KEY),
        new Registration(
            "127.0.0.1",
            9000,
            "one",
            1,
            "default",
            List.of(),
            Map.of(),
            Role.ACTIVE,
            0,
            List.of(),
            0));

    assertThat(tidyAt(WRITTEN_MS + 10 * Tidy.ORPHAN_MS)).isEmpty();
  }

  @Test
  void what_is_there_no_more_is_not_deleted_again() {
    assertThat(tidyAt(WRITTEN_MS)).isEmpty();
  }
}
