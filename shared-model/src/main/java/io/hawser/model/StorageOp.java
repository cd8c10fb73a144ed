package io.hawser.model;

import java.util.List;
import java.util.Optional;

/**
 * A change of what a storage group holds, as it stands in the group's log. Applying one reads no
 * clock and has one result on every replica. Operations are only ever added; one that is not of
 * {@link #FIRST_LEVEL} is proposed only when every voter of the group knows its level.
 */
public sealed interface StorageOp {
  /** The operations that every version knows. */
  int FIRST_LEVEL = 1;

  /** What a key must be for an operation to be applied. */
  enum Condition {
    ANY,
    /** The key must not be there. */
    ABSENT,
    /** The key must be there, at whichever revision. */
    PRESENT,
    /** The key must be there, at the named revision. */
    REVISION
  }

  /** See {@link Condition}; {@code revision} counts only with {@link Condition#REVISION}. */
  @Wire(200)
  record Expect(Condition condition, long revision) {
    public static final Expect ANY = new Expect(Condition.ANY, 0);
    public static final Expect ABSENT = new Expect(Condition.ABSENT, 0);
    public static final Expect PRESENT = new Expect(Condition.PRESENT, 0);

    public static Expect revision(long revision) {
      return new Expect(Condition.REVISION, revision);
    }
  }

  /**
   * The writer claims to hold a resource under this token; a lower one than was seen is refused. A
   * token is seen with a write that is carried out: one that is refused, for whatever reason,
   * changes nothing at all. A transaction is carried out whichever of its branches is applied.
   */
  @Wire(201)
  record Fence(String resource, long token) {}

  /**
   * When a key goes by itself: after a time without a write of it, and with the end of a lease.
   *
   * @param ttlMs 0 for never
   * @param lease the name of a lease; empty for none
   * @param leaseEpoch the lease's epoch; it counts only with a lease
   */
  @Wire(202)
  record Life(long ttlMs, String lease, long leaseEpoch) {
    public static final Life FOREVER = new Life(0, "", 0);
  }

  /**
   * Writes a key. Results: {@code Written}, {@code Mismatch}, {@code Fenced}; in the group that
   * keeps the leases also {@code LeaseGone} or {@code LeaseHeld}, when the key is to live with a
   * lease that is not held under this epoch.
   */
  @Wire(203)
  record Put(String key, Blob value, Expect expect, Life life, List<Fence> fences)
      implements StorageOp {
    public Put {
      fences = List.copyOf(fences);
    }
  }

  /** Deletes a key. Results: {@code Written}, {@code Mismatch}, {@code Fenced}. */
  @Wire(204)
  record Delete(String key, Expect expect, List<Fence> fences) implements StorageOp {
    public Delete {
      fences = List.copyOf(fences);
    }
  }

  /** One comparison of a transaction. */
  @Wire(205)
  record Compare(String key, Expect expect) {}

  /** A write of a transaction: a put, or a delete when there is no value. */
  @Wire(206)
  record TxnWrite(String key, Optional<Blob> value, Life life) {}

  /**
   * Applies {@code then} when every comparison holds, else {@code otherwise}: all of it or nothing,
   * under one revision. Results: {@code TxnDone}, {@code Fenced}, {@code LeaseGone} and {@code
   * LeaseHeld} as with {@link Put}.
   */
  @Wire(207)
  record Txn(
      List<Compare> compares, List<TxnWrite> then, List<TxnWrite> otherwise, List<Fence> fences)
      implements StorageOp {
    public Txn {
      compares = List.copyOf(compares);
      then = List.copyOf(then);
      otherwise = List.copyOf(otherwise);
      fences = List.copyOf(fences);
    }
  }

  /**
   * Takes a lease that nobody holds, or that this holder holds already (its epoch stays then).
   * Results: {@code LeaseState} with the epoch, which is also the fencing token of the lease's
   * name; {@code LeaseHeld}.
   */
  @Wire(208)
  record Acquire(String lease, String holder, long ttlMs) implements StorageOp {}

  /** Gives a lease back. Results: {@code Written}, {@code LeaseHeld}, {@code LeaseGone}. */
  @Wire(209)
  record Release(String lease, String holder, long epoch) implements StorageOp {}

  /**
   * Ends a lease that its holder did not renew in time. Proposed by leaders only. Results: {@code
   * Written}, {@code LeaseHeld} under another epoch or after another grant, {@code LeaseGone}.
   *
   * @param granted which of the grants under this epoch has run out: a lease that its holder has
   *     taken again meanwhile has its full time anew; 0 for whichever
   */
  @Wire(210)
  record Expire(String lease, long epoch, long granted) implements StorageOp {
    /** Of whichever grant. */
    public Expire(String lease, long epoch) {
      this(lease, epoch, 0);
    }
  }

  /**
   * Deletes keys whose own time is over, if they are unchanged. Proposed by leaders only. Result:
   * {@code Written}, which existed when one of them was deleted.
   */
  @Wire(211)
  record ExpireKeys(List<Compare> keys) implements StorageOp {
    public ExpireKeys {
      keys = List.copyOf(keys);
    }
  }

  /**
   * Deletes the keys that live with this epoch of a lease, which is over, or an earlier one; a
   * bounded number at once. Proposed by leaders only, until none is left. Results: {@code Written},
   * which existed when keys were deleted; {@code LeaseHeld} where leases are kept and it is held.
   */
  @Wire(212)
  record LeaseEnded(String lease, long epoch) implements StorageOp {}

  /** From here on tokens below this one are refused. Results: {@code Written}, {@code Fenced}. */
  @Wire(213)
  record RaiseFence(Fence fence) implements StorageOp {}

  /**
   * Revisions go on above this one at least, and what was changed before is forgotten: who watches
   * lists anew. Proposed by leaders only, as the first change of a group that has one voter left of
   * a majority that is lost. Result: {@code Written}.
   */
  @Wire(215)
  record Leap(long revision) implements StorageOp {}

  /** What is known of a key, without its value. */
  @Wire(220)
  record KeyMeta(long createRevision, long modRevision, long version, int valueBytes, Life life) {}

  /** How an operation ended on every replica. */
  sealed interface Result {}

  /**
   * The operation was applied.
   *
   * @param revision of the group, after it
   * @param key what the key is now; empty when it was deleted or never there
   * @param existed whether the key was there before
   */
  @Wire(221)
  record Written(long revision, Optional<KeyMeta> key, boolean existed) implements Result {}

  /** The key is not what was expected; nothing was changed. */
  @Wire(222)
  record Mismatch(long revision, Optional<KeyMeta> current) implements Result {}

  /** A higher token of the resource was seen; nothing was changed. */
  @Wire(223)
  record Fenced(String resource, long token, long highest) implements Result {}

  /**
   * @param keys of the branch that was applied, in its order; empty for a delete
   */
  @Wire(224)
  record TxnDone(long revision, boolean succeeded, List<Optional<KeyMeta>> keys) implements Result {
    public TxnDone {
      keys = List.copyOf(keys);
    }
  }

  /** The lease is held by the holder. */
  @Wire(225)
  record LeaseState(String lease, String holder, long epoch, long ttlMs) implements Result {}

  /** Another holder, or another epoch, has the lease; nothing was changed. */
  @Wire(226)
  record LeaseHeld(String lease, String holder, long epoch, long ttlMs) implements Result {}

  /** Nobody holds the lease. */
  @Wire(227)
  record LeaseGone(String lease) implements Result {}

  /** The write was sent again after its result was forgotten; nothing was changed now. */
  @Wire(228)
  record TooLate(String client, long sequence) implements Result {}
}
