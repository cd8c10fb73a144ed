package io.hawser.storage.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.LogEntry;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/** Seeded changes over few names, so that they meet one another. */
public final class Ops {
  private static final int NAMES = 6;

  private final Random random;
  private final List<Mutation> sent = new ArrayList<>();
  private final long[] sequences = new long[3];
  private long stampMs = 1_000_000;
  private long guess = 1;

  public Ops(long seed) {
    random = new Random(seed);
  }

  /** Where about revisions are now, so that some guesses are right. */
  public void revision(long revision) {
    guess = Math.max(1, revision);
  }

  public LogEntry entry() {
    List<Mutation> mutations = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      mutations.add(mutation());
    }
    stampMs += random.nextInt(20) == 0 ? -500 : random.nextInt(300);
    return new LogEntry(stampMs, mutations);
  }

  private Mutation mutation() {
    int kind = random.nextInt(10);
    if (kind < 3) {
      return new Mutation("", 0, 0, op());
    }
    if (kind == 3 && !sent.isEmpty()) {
      return sent.get(sent.size() - 1 - random.nextInt(Math.min(sent.size(), 12)));
    }
    int client = random.nextInt(sequences.length);
    long sequence = ++sequences[client];
    long pending = Math.max(1, sequence - random.nextInt(4));
    Mutation mutation =
        new Mutation("client-" + client, sequence, sequence == 1 ? 1 : pending, op());
    sent.add(mutation);
    return mutation;
  }

  private StorageOp op() {
    List<Supplier<StorageOp>> kinds =
        List.of(
            () -> new Put(key(), value(), expect(), life(), fences()),
            () -> new Put(key(), value(), Expect.ANY, Life.FOREVER, List.of()),
            () -> new Put(key(), value(), Expect.ANY, life(), List.of()),
            () -> new Delete(key(), expect(), fences()),
            this::txn,
            () -> new Acquire(lease(), holder(), 1 + random.nextInt(9)),
            () -> new Release(lease(), holder(), revision()),
            () -> new Expire(lease(), revision(), random.nextInt(3)),
            () ->
                new ExpireKeys(List.of(new Compare(key(), expect()), new Compare(key(), expect()))),
            () -> new LeaseEnded(lease(), revision()),
            () -> new RaiseFence(fence()));
    return kinds.get(random.nextInt(kinds.size())).get();
  }

  private StorageOp txn() {
    return new Txn(List.of(new Compare(key(), expect())), writes(), writes(), fences());
  }

  private List<TxnWrite> writes() {
    List<TxnWrite> writes = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Optional<Blob> value = random.nextInt(3) == 0 ? Optional.empty() : Optional.of(value());
      writes.add(new TxnWrite(key(), value, life()));
    }
    return writes;
  }

  private String key() {
    return "key/" + random.nextInt(NAMES);
  }

  private String lease() {
    return "lease" + random.nextInt(2);
  }

  private String holder() {
    return "holder" + random.nextInt(2);
  }

  private Blob value() {
    return Blob.utf8("v".repeat(random.nextInt(20)) + random.nextInt(100));
  }

  private long revision() {
    return Math.max(1, guess - random.nextInt(6));
  }

  private Expect expect() {
    return switch (random.nextInt(6)) {
      case 0 -> Expect.ABSENT;
      case 1 -> Expect.PRESENT;
      case 2 -> Expect.revision(revision());
      default -> Expect.ANY;
    };
  }

  private Life life() {
    return switch (random.nextInt(4)) {
      case 0 -> new Life(1 + random.nextInt(50), "", 0);
      case 1 -> new Life(0, lease(), revision());
      case 2 -> new Life(random.nextInt(50), lease(), revision());
      default -> Life.FOREVER;
    };
  }

  private Fence fence() {
    return new Fence("resource" + random.nextInt(2), random.nextInt(50));
  }

  private List<Fence> fences() {
    return random.nextInt(5) == 0 ? List.of(fence()) : List.of();
  }
}
