package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether the entries that a leader sends are of the same past as those that this replica has
 * applied. A leader of no earlier term has everything that was decided: when it has another entry
 * in the place of one that was applied here, its group was recovered without this replica. JRaft
 * would throw the log away that proves it and go on, or acknowledge what it leaves out.
 * Thread-safe.
 */
final class CommonPast {
  private final String group;
  private final GuardedStorage storage;
  private final Supplier<LastApplied> machine;
  private final LongSupplier applied;
  private final LongSupplier term;

  /**
   * @param machine what the machine has, which its log may have no more
   * @param applied the last entry that was applied, those of the engine among them
   * @param term the one that is persisted; it may rise meanwhile
   */
  CommonPast(
      String group,
      GuardedStorage storage,
      Supplier<LastApplied> machine,
      LongSupplier applied,
      LongSupplier term) {
    this.group = group;
    this.storage = storage;
    this.machine = machine;
    this.applied = applied;
    this.term = term;
  }

  /**
   * What is wrong, when something is. Also of a question whether the logs agree somewhere: JRaft's
   * leader takes one that answers it for one that keeps up, and may make it a voter before it has
   * sent anything. Reads the log only for what was there before.
   */
  Optional<String> broken(AppendEntriesRequest request) {
    // The term last: what is decided in a later one is not known to be of this leader's past.
    LastApplied last = machine.get();
    long through = applied.getAsLong();
    if (request.getPrevLogIndex() > through || request.getTerm() < term.getAsLong()) {
      return Optional.empty();
    }
    if (request.getEntriesCount() == 0) {
      return differs(last, request.getPrevLogIndex(), request.getPrevLogTerm());
    }
    long first = request.getPrevLogIndex() + 1;
    for (int i = 0; i < request.getEntriesCount() && first + i <= through; i++) {
      Optional<String> why = differs(last, first + i, request.getEntries(i).getTerm());
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  private Optional<String> differs(LastApplied last, long index, long there) {
    if (there == 0) {
      return Optional.empty();
    }
    if (last.contradicts(index, there)) {
      return Optional.of(LastApplied.otherPast(group, index, last.term(), there));
    }
    long here = storage.getTerm(index);
    return here == 0 || here == there
        ? Optional.empty()
        : Optional.of(LastApplied.otherPast(group, index, here, there));
  }
}
