package io.hawser.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Replicas that see the same writes agree, whatever the order, and agree on what a plain register
 * per facet would hold.
 */
class CatalogConvergenceTest {
  private static final int REPLICAS = 5;
  private static final int WRITES = 600;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void replicas_that_saw_the_same_writes_in_any_order_are_equal(long seed) {
    Random random = new Random(seed);
    List<Entry> writes = writes(random);
    Map<FacetKey, Entry> newest = newestOfEachFacet(writes);

    for (int i = 0; i < REPLICAS; i++) {
      List<Entry> order = new ArrayList<>(writes);
      order.addAll(writes.subList(0, random.nextInt(WRITES)));
      Collections.shuffle(order, random);

      assertHolds(replica(order), newest);
    }
  }

  private static void assertHolds(Catalog catalog, Map<FacetKey, Entry> newest) {
    assertThat(catalog.entries()).containsExactlyInAnyOrderElementsOf(newest.values());
    List<String> services =
        newest.values().stream()
            .filter(e -> e.key().kind() == Kind.REGISTRATION && !e.deleted())
            .map(e -> e.key().scope())
            .distinct()
            .sorted()
            .toList();
    assertThat(catalog.services()).isEqualTo(services);
    assertThat(catalog.digest()).isEqualTo(replica(newest.values()).digest());
  }

  private static Catalog replica(Iterable<Entry> entries) {
    Catalog catalog = new Catalog();
    Writes.apply(catalog, entries);
    return catalog;
  }

  private static Map<FacetKey, Entry> newestOfEachFacet(List<Entry> writes) {
    Map<FacetKey, Entry> newest = new HashMap<>();
    writes.stream().sorted(Comparator.comparing(Entry::stamp)).forEach(e -> newest.put(e.key(), e));
    return newest;
  }

  /**
   * Writes of few registers by few nodes in few milliseconds, so that they collide; no two have the
   * same stamp and key.
   */
  private static List<Entry> writes(Random random) {
    Map<String, Entry> unique = new HashMap<>();
    while (unique.size() < WRITES) {
      Entry entry = write(random);
      unique.putIfAbsent(entry.key() + "/" + entry.stamp(), entry);
    }
    return List.copyOf(unique.values());
  }

  private static Entry write(Random random) {
    InstanceKey instance = new InstanceKey("s" + random.nextInt(4), "i" + random.nextInt(5));
    long wallMs = random.nextInt(50);
    NodeId node = new NodeId("node-" + random.nextInt(3));
    String incarnation = "n" + random.nextInt(1000);
    Facet value;
    Kind kind;
    switch (random.nextInt(4)) {
      case 0 -> {
        return Writes.deleted(wallMs, Kind.REGISTRATION, instance);
      }
      case 1 -> {
        kind = Kind.VERDICT;
        value = Writes.verdict(incarnation, Health.UP);
      }
      case 2 -> {
        kind = Kind.ROLE;
        value = Writes.role(Role.STANDBY);
      }
      default -> {
        kind = Kind.REGISTRATION;
        value = Writes.registration(incarnation);
      }
    }
    return Writes.at(wallMs, node, kind, instance, value);
  }
}
