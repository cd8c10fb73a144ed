package io.hawser.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.sim.Seeds;
import io.hawser.sim.Seeds.Failure;
import io.hawser.sim.SimNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Replicas under loss, repetition, delay, partitions, crashes and wrong clocks, one seed after the
 * other; and that two faults of the kind that such catalogs have had are found by the same runs.
 */
class ReplicationSimulationTest {
  private static final int RUNS = 4_000;

  /** In how many runs a planted fault has to show. */
  private static final int MUTANT_RUNS = 50;

  /** One stamp for a whole instance: who renews a registration writes all that it knows of it. */
  private static final class WholeRecord extends ReplicaProgram {
    WholeRecord(SimNode<RegistryMessage, ReplicaProgram> node, List<NodeId> others, Ledger ledger) {
      super(node, others, ledger);
    }

    @Override
    Map<FacetKey, Optional<Facet>> written(Map<FacetKey, Optional<Facet>> changes) {
      Map<FacetKey, Optional<Facet>> record = new HashMap<>();
      for (FacetKey key : changes.keySet()) {
        for (Kind kind : List.of(Kind.REGISTRATION, Kind.VERDICT, Kind.MAINTENANCE, Kind.ROLE)) {
          FacetKey facet = FacetKey.of(kind, key.instance());
          core.catalog().entry(facet).ifPresent(e -> record.put(facet, e.value()));
        }
      }
      record.putAll(changes);
      return record;
    }
  }

  /** Deletions are forgotten at the next tick, not after an hour. */
  private static final class Forgetful extends ReplicaProgram {
    Forgetful(SimNode<RegistryMessage, ReplicaProgram> node, List<NodeId> others, Ledger ledger) {
      super(node, others, ledger);
    }

    @Override
    long tickMs() {
      return super.tickMs() + Catalog.TOMBSTONE_LIFE_MS + Replication.MAX_LEAD_MS;
    }
  }

  @Test
  void replicas_become_equal_within_the_bound_and_hold_what_survivors_accepted() {
    Seeds.run(RUNS, seed -> new CatalogRun(seed, ReplicaProgram::new).run());
  }

  @Test
  void a_catalog_with_one_stamp_for_a_whole_instance_is_found_out() {
    Optional<Failure> failure =
        Seeds.firstFailure(MUTANT_RUNS, seed -> new CatalogRun(seed, WholeRecord::new).run());

    assertThat(failure).isPresent();
    assertThat(failure.get().cause()).hasMessageContaining("no register goes back");
  }

  @Test
  void a_catalog_that_forgets_deletions_is_found_out() {
    Optional<Failure> failure =
        Seeds.firstFailure(MUTANT_RUNS, seed -> new CatalogRun(seed, Forgetful::new).run());

    assertThat(failure).isPresent();
    assertThat(failure.get().cause()).hasMessageContaining("older write");
  }

  @Test
  void a_seed_replays_exactly() {
    assertThat(fingerprint(3)).isEqualTo(fingerprint(3)).isNotEqualTo(fingerprint(4));
  }

  private static long fingerprint(long seed) {
    CatalogRun run = new CatalogRun(seed, ReplicaProgram::new);
    long tookMs = run.run();
    return run.world().fingerprint() ^ tookMs;
  }
}
