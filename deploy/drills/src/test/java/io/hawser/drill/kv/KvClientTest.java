package io.hawser.drill.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.drill.audit.Counted;
import io.hawser.drill.audit.Fencing;
import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.audit.WatchLog;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.linear.History;
import io.hawser.drill.linear.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KvClientTest {
  private static final Patience SHORT = new Patience(200, 400, 0);
  private static final Patience QUICK = new Patience(10_000, 60_000, 0);

  private static KvClient client(FakeStore store, String name) {
    return new KvClient(store.nodes(), 0, name, QUICK);
  }

  @Test
  void a_write_is_read_again_with_its_version() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 1);
        KvClient client = client(store, "c")) {
      KvResult put = client.put("a/b c", "väl\n", Condition.NONE);
      KvResult get = client.get("a/b c");

      assertThat(put.how()).isEqualTo(How.DONE);
      assertThat(get.value()).isEqualTo("väl\n");
      assertThat(get.version()).isNotEmpty().isEqualTo(put.version());
      assertThat(client.get("other").how()).isEqualTo(How.REFUSED);
    }
  }

  @Test
  void conditions_are_kept() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 1);
        KvClient client = client(store, "c")) {
      KvResult first = client.put("k", "1", Condition.ABSENT);
      assertThat(client.put("k", "2", Condition.ABSENT).how()).isEqualTo(How.REFUSED);
      Condition same = new Condition.Version(first.version());
      assertThat(client.put("k", "3", same).how()).isEqualTo(How.DONE);
      assertThat(client.delete("k", same).how()).isEqualTo(How.REFUSED);
      assertThat(client.delete("k", Condition.NONE).how()).isEqualTo(How.DONE);
      assertThat(client.delete("k", Condition.NONE).how()).isEqualTo(How.REFUSED);
    }
  }

  @Test
  void a_node_that_is_gone_sends_the_client_to_the_next() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 1);
        KvClient client = client(store, "c")) {
      assertThat(client.put("k", "1", Condition.NONE).how()).isEqualTo(How.DONE);
      store.stop(0);

      KvResult second = client.put("k", "2", Condition.NONE);

      assertThat(second.how()).isEqualTo(How.DONE);
      assertThat(second.attempts()).isGreaterThan(1);
    }
  }

  @Test
  void what_was_never_sent_was_not_applied() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 1);
        KvClient client = new KvClient(store.nodes(), 0, "c", SHORT)) {
      store.stop(0);
      store.stop(1);

      assertThat(client.put("k", "1", Condition.NONE).how()).isEqualTo(How.NOT_APPLIED);
    }
  }

  @Test
  void a_write_whose_answers_are_all_lost_is_unknown() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 1);
        KvClient client = new KvClient(List.of(store.nodes().getFirst()), 0, "c", SHORT)) {
      store.answerNothing();

      assertThat(client.put("k", "1", Condition.NONE).how()).isEqualTo(How.UNKNOWN);
      assertThat(store.size()).isEqualTo(1);
    }
  }

  /** All tasks on one thread each in turn, which is enough: the retries are what matters. */
  private static Seen work(FakeStore store, int rounds) {
    Seen seen = new Seen();
    List<String> keys = List.of("r/0", "r/1", "r/2");
    List<Task> tasks =
        List.of(
            new RegisterTask(0, client(store, "r0"), keys, seen.history, seen.watch, new Random(1)),
            new RegisterTask(1, client(store, "r1"), keys, seen.history, seen.watch, new Random(2)),
            new UniqueTask(client(store, "u"), "u/", seen.unique, new WatchLog()),
            new CounterTask(client(store, "n0"), "n", seen.counted),
            new CounterTask(client(store, "n1"), "n", seen.counted));
    for (int i = 0; i < rounds; i++) {
      tasks.forEach(Task::once);
    }
    tasks.forEach(Task::close);
    return seen;
  }

  private static final class Seen {
    final History history = new History();
    final LostWrites unique = new LostWrites();
    final Counted counted = new Counted();
    final Stopwatch watch = new Stopwatch();

    boolean linearizable() {
      return history.check().values().stream().allMatch(Verdict.Linearizable.class::isInstance);
    }
  }

  @Test
  void lost_answers_are_made_good_under_one_key() throws IOException {
    try (FakeStore store = new FakeStore(true, 12, 3)) {
      Seen seen = work(store, 150);

      assertThat(store.lost.get()).isPositive();
      assertThat(seen.linearizable()).isTrue();
      assertThat(seen.unique.acknowledgedCount()).isEqualTo(150);
      assertThat(seen.counted.acknowledged()).isEqualTo(300);
      assertThat(seen.counted.wrong(Long.parseLong(store.texts().get("n")))).isEmpty();
    }
  }

  @Test
  void a_store_that_forgets_what_it_has_done_is_caught() throws IOException {
    try (FakeStore store = new FakeStore(false, 12, 3)) {
      Seen seen = work(store, 150);

      long last = Long.parseLong(store.texts().getOrDefault("n", "0"));
      assertThat(seen.linearizable()).isFalse();
      assertThat(seen.counted.wrong(last)).isNotEmpty();
    }
  }

  @Test
  void lease_holders_get_rising_tokens_and_write_under_them() throws IOException {
    try (FakeStore store = new FakeStore(true, 0, 3)) {
      Fencing fencing = new Fencing();
      Stopwatch watch = new Stopwatch();
      // A dice that never forgets to give the lease back: the fake has no clock.
      Random dice =
          new Random(5) {
            private static final long serialVersionUID = 1;

            @Override
            public int nextInt(int bound) {
              return 1;
            }
          };
      for (int i = 0; i < 5; i++) {
        try (LockTask task =
            new LockTask(client(store, "l" + i), "lock", "h" + i, fencing, watch, dice)) {
          task.once();
        }
      }

      assertThat(fencing.tenures()).isEqualTo(5);
      assertThat(fencing.wrong()).isEmpty();
    }
  }
}
