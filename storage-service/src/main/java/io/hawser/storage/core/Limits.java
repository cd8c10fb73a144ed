package io.hawser.storage.core;

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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a change may be at most. Looked at before a change is proposed and never when it is applied:
 * what is in the log is applied by every replica, whatever its version thinks of it.
 */
public final class Limits {
  public static final int KEY_BYTES = 1_024;
  public static final int VALUE_BYTES = 1 << 20;
  public static final int TXN_OPERATIONS = 128;

  /** All values of a transaction together. */
  public static final int TXN_BYTES = 2 << 20;

  /** Of leases, holders, resources and clients. */
  public static final int NAME_BYTES = 512;

  private Limits() {}

  /** Why a change must not be proposed; empty when it may. */
  public static Optional<String> violation(Mutation mutation) {
    if (longer(mutation.client(), NAME_BYTES)) {
      return Optional.of("the client's id is longer than " + NAME_BYTES + " bytes");
    }
    if (!mutation.client().isEmpty()
        && (mutation.sequence() < 1 || mutation.lowestPending() > mutation.sequence())) {
      return Optional.of("the sequence is lower than what the client waits for");
    }
    return all(checks(mutation.op()));
  }

  private static Stream<Optional<String>> checks(StorageOp op) {
    return switch (op) {
      case Put put ->
          Stream.of(
              key(put.key()), value(put.value().length()), life(put.life()), fences(put.fences()));
      case Delete delete -> Stream.of(key(delete.key()), fences(delete.fences()));
      case Txn txn -> Stream.of(txn(txn));
      case Acquire acquire ->
          Stream.of(
              name("lease", acquire.lease()),
              name("holder", acquire.holder()),
              acquire.ttlMs() > 0 ? Optional.empty() : Optional.of("a lease needs a ttl"));
      case Release release -> Stream.of(name("lease", release.lease()));
      case Expire expire -> Stream.of(name("lease", expire.lease()));
      case ExpireKeys expire -> expire.keys().stream().map(c -> key(c.key()));
      case LeaseEnded ended -> Stream.of(name("lease", ended.lease()));
      case RaiseFence raise -> Stream.of(fences(List.of(raise.fence())));
      case Leap ignored -> Stream.empty();
    };
  }

  private static Optional<String> txn(Txn txn) {
    int operations = txn.compares().size() + txn.then().size() + txn.otherwise().size();
    if (operations > TXN_OPERATIONS) {
      return Optional.of("a transaction has at most " + TXN_OPERATIONS + " operations");
    }
    long bytes =
        Stream.concat(txn.then().stream(), txn.otherwise().stream())
            .flatMap(w -> w.value().stream())
            .mapToLong(v -> v.length())
            .sum();
    if (bytes > TXN_BYTES) {
      return Optional.of("a transaction has at most " + TXN_BYTES + " bytes of values");
    }
    return all(
        Stream.of(
                txn.compares().stream().map(Compare::key).map(Limits::key),
                writes(txn.then()),
                writes(txn.otherwise()),
                Stream.of(fences(txn.fences())))
            .flatMap(s -> s));
  }

  private static Stream<Optional<String>> writes(List<TxnWrite> writes) {
    Set<String> keys = new HashSet<>();
    return writes.stream()
        .map(
            write ->
                all(
                    Stream.of(
                        key(write.key()),
                        write.value().flatMap(v -> value(v.length())),
                        life(write.life()),
                        keys.add(write.key())
                            ? Optional.empty()
                            : Optional.of("a transaction writes a key once"))));
  }

  private static Optional<String> key(String key) {
    if (key.isEmpty()) {
      return Optional.of("a key is not empty");
    }
    return longer(key, KEY_BYTES)
        ? Optional.of("a key has at most " + KEY_BYTES + " bytes")
        : Optional.empty();
  }

  private static Optional<String> value(int bytes) {
    return bytes > VALUE_BYTES
        ? Optional.of("a value has at most " + VALUE_BYTES + " bytes")
        : Optional.empty();
  }

  private static Optional<String> life(Life life) {
    if (life.ttlMs() < 0) {
      return Optional.of("a ttl is not negative");
    }
    if (life.lease().isEmpty()) {
      return Optional.empty();
    }
    return life.leaseEpoch() > 0
        ? name("lease", life.lease())
        : Optional.of("a lease's epoch is above 0");
  }

  private static Optional<String> fences(List<Fence> fences) {
    if (fences.size() > TXN_OPERATIONS) {
      return Optional.of("a change has at most " + TXN_OPERATIONS + " fences");
    }
    return all(
        fences.stream()
            .map(
                fence ->
                    fence.token() < 0
                        ? Optional.of("a token is not negative")
                        : name("resource", fence.resource())));
  }

  private static Optional<String> name(String what, String name) {
    if (name.isEmpty()) {
      return Optional.of("a " + what + " has a name");
    }
    return longer(name, NAME_BYTES)
        ? Optional.of("the name of a " + what + " has at most " + NAME_BYTES + " bytes")
        : Optional.empty();
  }

  /** Whether a text has more bytes. A letter has three at most, so that few are counted. */
  private static boolean longer(String text, int bytes) {
    return text.length() > bytes / 3 && ByteSink.utf8(text).length > bytes;
  }

  private static Optional<String> all(Stream<Optional<String>> checks) {
    return checks.flatMap(Optional::stream).findFirst();
  }
}
