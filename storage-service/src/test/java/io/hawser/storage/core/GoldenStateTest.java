package io.hawser.storage.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Result;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/**
 * Pins what applying entries leaves in the store, byte by byte. When one of these fails after a
 * change of main code, replicas of the version before would end with other bytes: that is a new
 * {@code Layout.FORMAT}, not a new hash. Only when {@link Ops} was changed, the hash of what it
 * makes has to be written anew.
 */
class GoldenStateTest {
  private static final int ENTRIES = 2_000;
  private static final StorageOp CHEAP = new RaiseFence(new Fence("r", 1));

  /** Of the sums after each entry, so that also the way to a state is pinned. */
  private final MessageDigest trail = sha256();

  private final MemoryStore store = new MemoryStore();
  private StateMachine machine = new StateMachine(store, true);
  private long index;
  private long stampMs = 1_000_000;

  @Test
  void a_seeded_history_leaves_these_bytes() throws CloneNotSupportedException {
    Ops ops = new Ops(42);
    for (int i = 0; i < ENTRIES; i++) {
      ops.revision(machine.sums().revision());
      apply(ops.entry());
    }

    assertThat(hash()).isEqualTo("8125e4b2888d19e7");
  }

  @Test
  void windows_silence_and_room_of_clients_leave_these_bytes() throws CloneNotSupportedException {
    for (int c = 0; c < 8; c++) {
      int client = c;
      many(Sessions.WINDOW + 9, i -> new Mutation("busy" + client, i + 1, 1, CHEAP));
    }
    idle(8 * 60_000);
    many(Sessions.SWEEP + 50, i -> new Mutation("once" + i, 1, 1, CHEAP));
    idle(3 * 60_000);
    String swept = hash();
    idle(9 * 60_000);
    many(Sessions.CLIENTS + 7, i -> new Mutation("c" + i, 1, 1, CHEAP));

    assertThat(List.of(swept, hash())).containsExactly("9e362d7c7459efce", "d853adce052b55ef");
  }

  @Test
  void what_is_cut_off_the_history_leaves_these_bytes() throws CloneNotSupportedException {
    many(History.CHANGES + History.SLACK_CHANGES + 500, i -> put("k" + i % 7, 1));
    String counted = hash();
    many(70, i -> put("large", 1 << 20));
    String weighed = hash();
    idle(History.AGE_MS + History.SLACK_MS + 1);

    assertThat(List.of(counted, weighed, hash()))
        .containsExactly("6c8dfdc3c7875938", "fbd4817e2c7d8782", "7d711081a87c7135");
  }

  @Test
  void what_ends_with_a_lease_at_once_leaves_these_bytes() throws CloneNotSupportedException {
    machine = new StateMachine(store, false);
    many(Leases.KEYS_AT_ONCE + 10, i -> new Mutation("", 0, 0, living("k" + i)));
    many(2, i -> new Mutation("", 0, 0, new Acquire("held", "ann", 100)));
    many(1, i -> new Mutation("", 0, 0, new LeaseEnded("lock", 1)));

    assertThat(hash()).isEqualTo("325106f20f0713d9");
  }

  private static Mutation put(String key, int bytes) {
    Blob value = Blob.wrap(new byte[bytes]);
    return new Mutation("", 0, 0, new Put(key, value, Expect.ANY, Life.FOREVER, List.of()));
  }

  private static StorageOp living(String key) {
    return new Put(key, Blob.EMPTY, Expect.ANY, new Life(0, "lock", 1), List.of());
  }

  /** Applies mutations, 250 in an entry. */
  private void many(int count, IntFunction<Mutation> mutation) {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mutations.add(mutation.apply(i));
      if (mutations.size() == 250 || i == count - 1) {
        stampMs += 3;
        apply(new LogEntry(stampMs, mutations));
        mutations = new ArrayList<>();
      }
    }
  }

  private void idle(long ms) {
    for (long left = ms; left > 0; left -= 50_000) {
      stampMs += Math.min(left, 50_000);
      apply(new LogEntry(stampMs, List.of()));
    }
  }

  private void apply(LogEntry entry) {
    List<Result> results = machine.apply(new Applied(++index, 1), entry);
    assertThat(results).hasSameSizeAs(entry.mutations());
    assertThat(machine.commit()).isNotNull();
    trail.update(machine.sums().toString().getBytes(UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private String hash() throws CloneNotSupportedException {
    MessageDigest digest = (MessageDigest) trail.clone();
    for (Space space : Space.values()) {
      store.scan(
          space,
          new byte[0],
          (key, value) -> {
            digest.update((space + " " + key.length + " " + value.length).getBytes(UTF_8));
            digest.update(key);
            digest.update(value);
            return true;
          });
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }
}
