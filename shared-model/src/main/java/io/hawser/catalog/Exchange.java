package io.hawser.catalog;

import io.hawser.catalog.Step.Send;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Difference;
import io.hawser.model.RegistryMessage.Digest;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * One comparison with one peer, as far as it has come: first which buckets differ, then one of them
 * after the other, a page at a time. Not thread-safe: owned by its {@link Replication}.
 */
final class Exchange {
  private final NodeId peer;
  private final ArrayDeque<Integer> buckets = new ArrayDeque<>();
  private int part;
  private long after;

  Exchange(NodeId peer) {
    this.peer = peer;
  }

  NodeId peer() {
    return peer;
  }

  /** The next question. */
  Send ask(NodeId self, HashTree tree) {
    var hashes = part == 0 ? tree.digest() : tree.digest(part - 1);
    return new Send(Optional.of(peer), new Digest(self, hashes, part, after));
  }

  /** Whether this answers the last question; a late or repeated message may not. */
  boolean awaits(NodeId from, Difference difference) {
    return peer.equals(from) && difference.part() == part && difference.after() == after;
  }

  /** Turns to the next question. Returns whether there is one. */
  boolean goOn(Difference difference) {
    if (part == 0) {
      buckets.addAll(difference.buckets());
    } else if (difference.next() != 0) {
      after = difference.next();
      return true;
    }
    after = 0;
    part = buckets.isEmpty() ? 0 : buckets.removeFirst() + 1;
    return part != 0;
  }
}
