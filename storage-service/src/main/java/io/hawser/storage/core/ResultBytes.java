package io.hawser.storage.core;

import io.hawser.model.StorageOp.Fenced;
import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Mismatch;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Results as sessions remember them: a byte that says which, then its components in their order;
 * lists and optionals have their count before them. Independent of the form on the wire.
 */
final class ResultBytes {
  private static final int WRITTEN = 1;
  private static final int MISMATCH = 2;
  private static final int FENCED = 3;
  private static final int TXN_DONE = 4;
  private static final int LEASE_STATE = 5;
  private static final int LEASE_HELD = 6;
  private static final int LEASE_GONE = 7;
  private static final int TOO_LATE = 8;

  private ResultBytes() {}

  static byte[] of(Result result) {
    ByteSink out = new ByteSink().u8(Layout.VERSION);
    ByteSink all =
        switch (result) {
          case Written w ->
              meta(out.u8(WRITTEN).i64(w.revision()).u8(w.existed() ? 1 : 0), w.key());
          case Mismatch m -> meta(out.u8(MISMATCH).i64(m.revision()), m.current());
          case Fenced f -> out.u8(FENCED).sized(f.resource()).i64(f.token()).i64(f.highest());
          case TxnDone t -> txn(out.u8(TXN_DONE), t);
          case LeaseState l ->
              lease(out.u8(LEASE_STATE), l.lease(), l.holder(), l.epoch(), l.ttlMs());
          case LeaseHeld l ->
              lease(out.u8(LEASE_HELD), l.lease(), l.holder(), l.epoch(), l.ttlMs());
          case LeaseGone l -> out.u8(LEASE_GONE).sized(l.lease());
          case TooLate t -> out.u8(TOO_LATE).sized(t.client()).i64(t.sequence());
        };
    return all.bytes();
  }

  static Result parse(byte[] bytes) {
    ByteSource in = new ByteSource(bytes).version(Layout.VERSION);
    int kind = in.u8();
    return switch (kind) {
      case WRITTEN -> {
        long revision = in.i64();
        boolean existed = in.u8() != 0;
        yield new Written(revision, meta(in), existed);
      }
      case MISMATCH -> new Mismatch(in.i64(), meta(in));
      case FENCED -> new Fenced(in.text(), in.i64(), in.i64());
      case TXN_DONE -> txn(in);
      case LEASE_STATE -> new LeaseState(in.text(), in.text(), in.i64(), in.i64());
      case LEASE_HELD -> new LeaseHeld(in.text(), in.text(), in.i64(), in.i64());
      case LEASE_GONE -> new LeaseGone(in.text());
      case TOO_LATE -> new TooLate(in.text(), in.i64());
      default -> throw new IllegalStateException("a stored result is of the unknown kind " + kind);
    };
  }

  private static ByteSink lease(ByteSink out, String name, String holder, long epoch, long ttlMs) {
    return out.sized(name).sized(holder).i64(epoch).i64(ttlMs);
  }

  private static ByteSink txn(ByteSink out, TxnDone done) {
    ByteSink all = out.i64(done.revision()).u8(done.succeeded() ? 1 : 0).i32(done.keys().size());
    for (Optional<KeyMeta> key : done.keys()) {
      all = meta(all, key);
    }
    return all;
  }

  private static TxnDone txn(ByteSource in) {
    long revision = in.i64();
    boolean succeeded = in.u8() != 0;
    int count = in.i32();
    List<Optional<KeyMeta>> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(meta(in));
    }
    return new TxnDone(revision, succeeded, keys);
  }

  private static ByteSink meta(ByteSink out, Optional<KeyMeta> meta) {
    if (meta.isEmpty()) {
      return out.u8(0);
    }
    KeyMeta key = meta.get();
    return out.u8(1)
        .i64(key.createRevision())
        .i64(key.modRevision())
        .i64(key.version())
        .i32(key.valueBytes())
        .i64(key.life().ttlMs())
        .sized(key.life().lease())
        .i64(key.life().leaseEpoch());
  }

  private static Optional<KeyMeta> meta(ByteSource in) {
    if (in.u8() == 0) {
      return Optional.empty();
    }
    long create = in.i64();
    long mod = in.i64();
    long version = in.i64();
    int valueBytes = in.i32();
    Life life = new Life(in.i64(), in.text(), in.i64());
    return Optional.of(new KeyMeta(create, mod, version, valueBytes, life));
  }
}
