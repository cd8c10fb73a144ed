package io.hawser.storage.node;

import io.hawser.storage.group.Shrinking;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the replicas of a node give room back while its disk is full, one after the other: no puts
 * are taken then, and deletes alone may leave their room in files that nothing else makes anybody
 * rewrite, in snapshots and in the log. Owned by the verticle.
 */
public final class Reclaim {
  private static final Logger log = LoggerFactory.getLogger(Reclaim.class);

  private static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(3);

  /** A step takes no more than this of the disk, and a part of what it has left. */
  private static final long MOST_BYTES = 256L << 20;

  private static final int SPARE_PART = 2;

  /** When a replica was asked last, and what it had applied then. */
  private record Asked(long number, long applied) {}

  private final Supplier<? extends Collection<? extends Shrinking>> replicas;
  private final Map<String, Asked> asked = new HashMap<>();
  private Optional<Long> lastNs = Optional.empty();
  private long number;
  private boolean busy;

  public Reclaim(Supplier<? extends Collection<? extends Shrinking>> replicas) {
    this.replicas = replicas;
  }

  /**
   * The disk was looked at.
   *
   * @param usableBytes what it has left for this process
   */
  public void look(boolean full, long usableBytes, long nowNs) {
    if (!full) {
      asked.clear();
      return;
    }
    if (busy || lastNs.filter(last -> nowNs - last < PAUSE_NS).isPresent()) {
      return;
    }
    replicas.get().stream()
        .filter(r -> r.applied() > last(r).applied())
        .min(Comparator.comparingLong(r -> last(r).number()))
        .ifPresent(r -> ask(r, Math.min(MOST_BYTES, usableBytes / SPARE_PART), nowNs));
  }

  private Asked last(Shrinking replica) {
    return asked.getOrDefault(replica.group(), new Asked(0, -1));
  }

  private void ask(Shrinking replica, long spareBytes, long nowNs) {
    var unused = asked.put(replica.group(), new Asked(++number, replica.applied()));
    lastNs = Optional.of(nowNs);
    busy = true;
    Future<Void> unusedToo =
        replica
            .giveRoom(spareBytes)
            .onComplete(
                (done, failure) -> {
                  busy = false;
                  if (failure != null) {
                    log.warn(
                        "no room given back group={} cause={}",
                        replica.group(),
                        failure.toString());
                  }
                });
  }
}
