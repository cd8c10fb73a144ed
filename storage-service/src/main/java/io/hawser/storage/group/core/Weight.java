package io.hawser.storage.group.core;

import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.ExpireKeys;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseEnded;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import java.util.List;

/**
 * What a change takes while it waits and in an entry of the log, about: values by their bytes, and
 * all that its client has named by its letters, whether it is written or only looked at. Pure.
 */
final class Weight {
  /** Of each part of a change, besides keys, names and values. */
  private static final int PART_BYTES = 64;

  private Weight() {}

  static int of(Mutation mutation) {
    return PART_BYTES + mutation.client().length() + of(mutation.op());
  }

  private static int of(StorageOp op) {
    return switch (op) {
      case Put put ->
          put.key().length() + put.value().length() + of(put.life()) + fences(put.fences());
      case Txn txn ->
          compares(txn.compares())
              + writes(txn.then())
              + writes(txn.otherwise())
              + fences(txn.fences());
      case Delete delete -> delete.key().length() + fences(delete.fences());
      case ExpireKeys expire -> compares(expire.keys());
      case Acquire acquire -> acquire.lease().length() + acquire.holder().length();
      case Release release -> release.lease().length() + release.holder().length();
      case Expire expire -> expire.lease().length();
      case LeaseEnded ended -> ended.lease().length();
      case RaiseFence raise -> of(raise.fence());
      case Leap ignored -> 0;
    };
  }

  private static int compares(List<Compare> compares) {
    return compares.stream().mapToInt(c -> PART_BYTES + c.key().length()).sum();
  }

  private static int writes(List<TxnWrite> writes) {
    return writes.stream().mapToInt(Weight::of).sum();
  }

  private static int of(TxnWrite write) {
    return PART_BYTES
        + write.key().length()
        + write.value().map(Blob::length).orElse(0)
        + of(write.life());
  }

  private static int of(Life life) {
    return life.lease().length();
  }

  private static int fences(List<Fence> fences) {
    return fences.isEmpty() ? 0 : fences.stream().mapToInt(Weight::of).sum();
  }

  private static int of(Fence fence) {
    return PART_BYTES + fence.resource().length();
  }
}
