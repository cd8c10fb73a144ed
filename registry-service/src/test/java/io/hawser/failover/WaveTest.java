package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two services of three instances each. */
class WaveTest {
  private static final long NOW_NS = 50_000_000_000L;
  private static final long WALL_MS = 1_700_000_000_000L;
  private static final long HALF_SECOND_NS = 500_000_000L;
  private static final Set<String> ALL = Set.of("echo", "store");

  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();
  private CatalogReplica catalog;
  private Wave wave;

  @BeforeEach
  void setUp() {
    catalog = cluster.node("node-0", dir, Map.of()).catalog();
    for (String service : List.of("echo", "store")) {
      for (int i = 0; i < 3; i++) {
        register(new InstanceKey(service, "i" + i));
      }
    }
    wave = new Wave(catalog);
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private void register(InstanceKey key) {
    Registration registration =
        new Registration(
            "127.0.0.1", 9000, "life", 1, "", List.of(), Map.of(), Role.ACTIVE, 0, List.of(), 0);
    Object unused = await(catalog.put(FacetKey.of(Kind.REGISTRATION, key), registration));
  }

  private void down(String service, int i, long sinceMs) {
    Verdict down = new Verdict("life", Health.DOWN, sinceMs, "", new NodeId("node-0"), List.of());
    FacetKey key = FacetKey.of(Kind.VERDICT, new InstanceKey(service, "i" + i));
    Object unused = await(catalog.put(key, down));
  }

  private void halfFalls(long sinceMs) {
    down("echo", 0, sinceMs);
    down("echo", 1, sinceMs);
    down("store", 0, sinceMs);
  }

  @Test
  void what_falls_between_two_looks_at_all_is_noticed_when_its_services_are_looked_at() {
    wave.look(ALL, NOW_NS, WALL_MS);
    halfFalls(WALL_MS);
    assertThat(wave.lasts(NOW_NS)).isFalse();
    wave.look("echo", NOW_NS);
    wave.look("store", NOW_NS);

    assertThat(wave.lasts(NOW_NS)).isTrue();
  }

  @Test
  void another_nodes_clock_says_nothing_of_a_fall_that_was_seen() {
    wave.look(ALL, NOW_NS, WALL_MS);
    halfFalls(WALL_MS - 60_000);
    wave.look(ALL, NOW_NS + HALF_SECOND_NS, WALL_MS + 500);

    assertThat(wave.lasts(NOW_NS + HALF_SECOND_NS)).isTrue();
  }

  @Test
  void those_that_fell_long_before_the_first_look_are_no_wave() {
    halfFalls(WALL_MS - 60_000);
    wave.look(ALL, NOW_NS, WALL_MS);

    assertThat(wave.lasts(NOW_NS)).isFalse();
  }

  @Test
  void those_that_are_deregistered_count_no_more() {
    wave.look(ALL, NOW_NS, WALL_MS);
    halfFalls(WALL_MS);
    wave.look(ALL, NOW_NS, WALL_MS);
    assertThat(wave.lasts(NOW_NS)).isTrue();
    for (int i = 0; i < 2; i++) {
      Object unused =
          await(catalog.delete(FacetKey.of(Kind.REGISTRATION, new InstanceKey("echo", "i" + i))));
    }
    wave.look("echo", NOW_NS + HALF_SECOND_NS);

    assertThat(wave.lasts(NOW_NS + HALF_SECOND_NS)).isFalse();
  }
}
