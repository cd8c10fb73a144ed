package io.hawser.bus.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HardMirrorTest {
  private static final FacetKey A = FacetKey.named(Kind.RECEIVER, "a");
  private static final FacetKey B = FacetKey.named(Kind.RECEIVER, "b");

  private final HardMirror mirror = new HardMirror(Set.of(Kind.RECEIVER));

  private static Entry put(FacetKey key, long revision) {
    return HardMirror.entry(key, Optional.of(new Receiver("r" + revision)), revision);
  }

  private static Entry gone(FacetKey key, long revision) {
    return HardMirror.entry(key, Optional.empty(), revision);
  }

  @Test
  void a_list_brings_what_is_there_and_takes_away_what_is_not() {
    assertThat(mirror.known()).isFalse();
    assertThat(mirror.listed(5, List.of(put(A, 3), put(B, 4)), Set.of(), false)).hasSize(2);
    assertThat(mirror.known()).isTrue();
    assertThat(mirror.listed(9, List.of(put(A, 3)), Set.of(), false)).containsExactly(gone(B, 9));
    assertThat(mirror.revision()).isEqualTo(9);
  }

  @Test
  void what_was_written_here_is_not_taken_back_by_a_list_from_before() {
    assertThat(mirror.written(List.of(put(A, 7), gone(B, 8)))).containsExactly(put(A, 7));
    assertThat(mirror.listed(5, List.of(put(B, 4)), Set.of(), false)).isEmpty();
    assertThat(mirror.changed(9, List.of(put(A, 7), gone(B, 8)))).isEmpty();
  }

  @Test
  void a_change_is_taken_once() {
    assertThat(mirror.listed(5, List.of(), Set.of(), false)).isEmpty();
    assertThat(mirror.changed(6, List.of(put(A, 6)))).containsExactly(put(A, 6));
    assertThat(mirror.changed(6, List.of(put(A, 6)))).isEmpty();
    assertThat(mirror.changed(8, List.of(gone(A, 8)))).containsExactly(gone(A, 8));
    assertThat(mirror.changed(8, List.of(gone(A, 8)))).isEmpty();
  }

  @Test
  void records_that_a_store_which_began_anew_does_not_have_are_gone() {
    assertThat(mirror.restored(List.of(put(A, 70), put(B, 80)))).hasSize(2);
    assertThat(mirror.listed(3, List.of(put(A, 2)), Set.of(), true))
        .containsExactlyInAnyOrder(put(A, 2), gone(B, 3));
    assertThat(mirror.revision()).isEqualTo(3);
    assertThat(mirror.changed(4, List.of(put(B, 4)))).containsExactly(put(B, 4));
  }

  @Test
  void records_of_a_restored_store_count_though_they_are_older_than_those_known() {
    List<Entry> unused = mirror.restored(List.of(put(A, 1_400), put(B, 800)));
    List<Entry> records = List.of(put(A, 900), put(B, 800));

    assertThat(mirror.listed(1L << 40, records, Set.of(), false)).containsExactly(put(A, 900));
    assertThat(mirror.listed(1L << 40, records, Set.of(), false)).isEmpty();
  }

  @Test
  void what_a_list_has_and_nobody_can_read_stays_as_it_was() {
    assertThat(mirror.listed(5, List.of(put(A, 3), put(B, 4)), Set.of(), false)).hasSize(2);
    assertThat(mirror.listed(9, List.of(put(B, 4)), Set.of(A), false)).isEmpty();
    assertThat(mirror.listed(9, List.of(put(B, 4)), Set.of(), false)).containsExactly(gone(A, 9));
  }

  @Test
  void records_of_other_kinds_are_ignored() {
    assertThat(mirror.changed(2, List.of(put(FacetKey.named(Kind.ROUTE, "a"), 2)))).isEmpty();
  }

  /** A store with all of its history, and a catalog that a mirror keeps. */
  private static final class Run {
    private final Random random;
    private final HardMirror mirror = new HardMirror(Set.of(Kind.RECEIVER));
    private final List<Entry> history = new ArrayList<>();
    private final Map<FacetKey, Entry> catalog = new HashMap<>();
    private long revision;

    Run(long seed) {
      random = new Random(seed);
    }

    void step() {
      switch (random.nextInt(6)) {
        case 0, 1 -> write(false);
        case 2 -> write(true);
        case 3 -> list();
        default -> watch(mirror.revision() + random.nextInt(5));
      }
    }

    private void write(boolean here) {
      FacetKey key = FacetKey.named(Kind.RECEIVER, "k" + random.nextInt(4));
      revision += 1 + random.nextInt(2);
      Entry entry = random.nextInt(3) == 0 ? gone(key, revision) : put(key, revision);
      history.add(entry);
      if (here) {
        take(mirror.written(List.of(entry)));
      }
    }

    /** In two pages, between which others write. */
    private void list() {
      long from = revision;
      List<Entry> records = new ArrayList<>();
      state(from).forEach((key, entry) -> addIf(key.name().compareTo("k2") < 0, entry, records));
      if (random.nextBoolean()) {
        write(random.nextBoolean());
      }
      state(revision)
          .forEach((key, entry) -> addIf(key.name().compareTo("k2") >= 0, entry, records));
      take(mirror.listed(from, records, Set.of(), false));
    }

    private static void addIf(boolean wanted, Entry entry, List<Entry> records) {
      if (wanted) {
        records.add(entry);
      }
    }

    private void watch(long upTo) {
      long from = mirror.revision();
      long to = Math.min(Math.max(from, upTo), revision);
      take(
          mirror.changed(
              to,
              history.stream()
                  .filter(e -> HardMirror.revision(e) > from && HardMirror.revision(e) <= to)
                  .toList()));
    }

    /** As a catalog does that believes its mirror. */
    private void take(List<Entry> changed) {
      for (Entry entry : changed) {
        Entry old = catalog.get(entry.key());
        // A list tells of a deletion without its revision, which is above that of the list.
        long least = entry.deleted() ? HardMirror.revision(entry) + 1 : HardMirror.revision(entry);
        assertThat(old == null || HardMirror.revision(old) < least).isTrue();
        if (entry.deleted()) {
          assertThat(catalog.remove(entry.key())).isNotNull();
        } else {
          catalog.put(entry.key(), entry);
        }
      }
    }

    private Map<FacetKey, Entry> state(long at) {
      Map<FacetKey, Entry> state = new HashMap<>();
      for (Entry entry : history) {
        if (HardMirror.revision(entry) <= at) {
          state.put(entry.key(), entry);
        }
      }
      state.values().removeIf(Entry::deleted);
      return state;
    }

    void finish() {
      watch(revision);
      assertThat(values(catalog)).isEqualTo(values(state(revision)));
    }

    private static Map<FacetKey, Optional<Facet>> values(Map<FacetKey, Entry> entries) {
      Map<FacetKey, Optional<Facet>> values = new HashMap<>();
      entries.forEach((key, entry) -> values.put(key, entry.value()));
      return values;
    }
  }

  @Test
  void lists_changes_and_own_writes_in_any_order_end_as_the_store_has_it() {
    for (long seed = 0; seed < 2_000; seed++) {
      Run run = new Run(seed);
      try {
        for (int i = 0; i < 60; i++) {
          run.step();
        }
        run.finish();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }
}
