package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Item;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Result;
import io.hawser.sim.Seeds;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.storage.core.Reads.ExpiringKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StateMachineSimulationTest {
  private static final int ENTRIES = 150;

  @Test
  void a_machine_does_what_the_model_says_step_by_step() {
    Seeds.run(
        60,
        seed -> {
          Ops ops = new Ops(seed);
          Model model = new Model();
          MemoryStore store = new MemoryStore();
          StateMachine machine = new StateMachine(store, true);
          for (int i = 1; i <= ENTRIES; i++) {
            ops.revision(model.revision);
            LogEntry entry = ops.entry();
            List<Result> expected = entry.mutations().stream().map(model::apply).toList();
            assertThat(machine.apply(new Applied(i, 1), entry)).as("%s", entry).isEqualTo(expected);
            Delta delta = machine.commit();
            assertThat(delta.revision()).isEqualTo(model.revision);
            assertSame(store, model, machine.sums());
          }
          assertHistory(store, model);
        });
  }

  private static void assertSame(MemoryStore store, Model model, Sums sums) {
    List<Item> items = Reads.listed(store, "", "", 1_000, true).items();
    Map<String, Model.Stored> keys = model.keys;
    assertThat(items).extracting(Item::key).containsExactlyElementsOf(keys.keySet());
    assertThat(items)
        .extracting(Item::meta)
        .containsExactlyElementsOf(keys.values().stream().map(Model.Stored::meta).toList());
    assertThat(items)
        .extracting(i -> i.value().orElseThrow())
        .containsExactlyElementsOf(keys.values().stream().map(Model.Stored::value).toList());
    long bytes =
        keys.entrySet().stream()
            .mapToLong(e -> e.getKey().length() + e.getValue().value().length())
            .sum();
    assertThat(sums.keyCount()).isEqualTo(keys.size());
    assertThat(sums.usedBytes()).isEqualTo(bytes);
    assertThat(sums.revision()).isEqualTo(model.revision);
    assertThat(Reads.leases(store)).containsExactlyElementsOf(model.leases.values());
    for (String resource : List.of("resource0", "resource1")) {
      assertThat(Reads.fence(store, resource))
          .isEqualTo(Optional.ofNullable(model.fences.get(resource)));
    }
    assertIndexes(store, items);
  }

  private static void assertIndexes(MemoryStore store, List<Item> items) {
    List<ExpiringKey> expiring =
        items.stream()
            .filter(i -> i.meta().life().ttlMs() > 0)
            .map(i -> new ExpiringKey(i.key(), i.meta().modRevision(), i.meta().life().ttlMs()))
            .toList();
    assertThat(Reads.expiringKeys(store, "", 1_000)).isEqualTo(expiring);
    List<String> leases =
        items.stream()
            .map(i -> i.meta().life().lease())
            .filter(l -> !l.isEmpty())
            .distinct()
            .sorted()
            .toList();
    assertThat(Reads.attachedLeases(store, "", 1_000))
        .extracting(AttachedLease::lease)
        .isEqualTo(leases);
  }

  private static void assertHistory(MemoryStore store, Model model) {
    long from = 0;
    List<Change> seen = new ArrayList<>();
    while (from < model.revision) {
      Changes page = Reads.changes(store, "", from, 7);
      assertThat(page.compacted()).isFalse();
      assertThat(page.revision()).isGreaterThan(from);
      seen.addAll(page.changes());
      from = page.revision();
    }
    assertThat(seen)
        .isEqualTo(
            model.events.stream()
                .map(
                    e ->
                        new Change(
                            e.revision(),
                            e.key(),
                            e.became().map(Model.Stored::meta),
                            e.became().map(Model.Stored::value)))
                .toList());
  }

  @Test
  void revisions_rise_and_are_never_used_twice() {
    Seeds.run(
        20,
        seed -> {
          Ops ops = new Ops(seed);
          MemoryStore store = new MemoryStore();
          StateMachine machine = new StateMachine(store, true);
          long last = 0;
          for (int i = 1; i <= ENTRIES; i++) {
            LogEntry entry = ops.entry();
            List<Result> results = machine.apply(new Applied(i, 1), entry);
            Delta delta = machine.commit();
            assertThat(results).hasSameSizeAs(entry.mutations());
            for (Delta.KeyChange change : delta.keys()) {
              assertThat(change.revision()).isBetween(last, delta.revision());
              assertThat(change.meta().map(KeyMeta::modRevision).orElse(change.revision()))
                  .isEqualTo(change.revision());
              last = change.revision();
            }
            ops.revision(delta.revision());
          }
        });
  }

  @Test
  void replicas_with_other_batches_hold_the_same_bytes() {
    Seeds.run(
        30,
        seed -> {
          List<LogEntry> log = log(seed);
          MemoryStore one = new MemoryStore();
          MemoryStore other = new MemoryStore();
          assertThat(replay(one, log, new Random(seed), 1)).isEqualTo(log.size());
          assertThat(replay(other, log, new Random(seed), 40)).isEqualTo(log.size());

          assertThat(other.dump()).isEqualTo(one.dump());
        });
  }

  @Test
  void a_crash_at_any_write_and_a_replay_leave_the_same_bytes() {
    Seeds.run(
        5,
        seed -> {
          List<LogEntry> log = log(seed);
          MemoryStore whole = new MemoryStore();
          assertThat(replay(whole, log, new Random(seed), 5)).isEqualTo(log.size());
          for (int writes = 0; writes < 40; writes++) {
            MemoryStore store = new MemoryStore();
            store.dieAfter(writes);
            assertThatThrownBy(() -> replay(store, log, new Random(seed), 5))
                .hasMessage("the disk is gone");
            store.dieAfter(Integer.MAX_VALUE);
            assertThat(replay(store, log, new Random(seed + 1), 5)).isEqualTo(log.size());
            assertThat(store.dump()).isEqualTo(whole.dump());
          }
        });
  }

  @Test
  void a_replay_from_an_older_state_does_everything_once() {
    Seeds.run(
        10,
        seed -> {
          List<LogEntry> log = log(seed);
          MemoryStore store = new MemoryStore();
          assertThat(replay(store, log.subList(0, 50), new Random(seed), 5)).isEqualTo(50);
          MemoryStore flushed = store.copy();
          assertThat(replay(store, log, new Random(seed), 5)).isEqualTo(log.size());
          assertThat(replay(flushed, log, new Random(seed), 9)).isEqualTo(log.size());

          assertThat(flushed.dump()).isEqualTo(store.dump());
        });
  }

  @Test
  void an_entry_that_is_not_after_the_last_is_refused() {
    StateMachine machine = new StateMachine(new MemoryStore(), true);
    LogEntry nothing = new LogEntry(0, List.<Mutation>of());
    assertThat(machine.apply(new Applied(5, 1), nothing)).isEmpty();

    assertThatThrownBy(() -> machine.apply(new Applied(5, 1), nothing))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<LogEntry> log(long seed) {
    Ops ops = new Ops(seed);
    Model model = new Model();
    List<LogEntry> log = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      ops.revision(model.revision);
      LogEntry entry = ops.entry();
      entry.mutations().forEach(m -> assertThat(Optional.of(model.apply(m))).isPresent());
      log.add(entry);
    }
    return log;
  }

  /** Applies what the store does not have yet, in batches of random size; the last index. */
  private static long replay(MemoryStore store, List<LogEntry> log, Random random, int batch) {
    StateMachine machine = new StateMachine(store, true);
    while (machine.applied().index() < log.size()) {
      for (int left = 1 + random.nextInt(batch); left > 0; left--) {
        long next = machine.applied().index() + 1;
        if (next <= log.size()) {
          List<Result> results = machine.apply(new Applied(next, 1), log.get((int) next - 1));
          assertThat(results).doesNotContainNull();
        }
      }
      assertThat(machine.commit()).isNotNull();
    }
    return machine.applied().index();
  }
}
