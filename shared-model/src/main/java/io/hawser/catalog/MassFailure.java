package io.hawser.catalog;

import io.hawser.model.InstanceKey;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Notices that so much fails at once that the cause is likely to be one and common: a network, a
 * power line, ourselves. Then nothing should be done that cannot be taken back. The one definition
 * of it: at least {@link #LEAST} instances and half of all, of two services or more, within {@link
 * #WINDOW_MS}.
 *
 * <p>It lasts until less than half of all are down, or for {@link #LONGEST_MS}. Soft state. Not
 * thread-safe: owned by one verticle.
 */
public final class MassFailure {
  public static final int LEAST = 3;
  public static final int SERVICES = 2;
  public static final long WINDOW_MS = 10_000;
  public static final long LONGEST_MS = 1_800_000;

  private static final long WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(WINDOW_MS);
  private static final long LONGEST_NS = TimeUnit.MILLISECONDS.toNanos(LONGEST_MS);

  private record Fall(InstanceKey instance, long atNs) {}

  private final Map<InstanceKey, Long> down = new HashMap<>();
  private final ArrayDeque<Fall> recent = new ArrayDeque<>();
  private boolean lasting;
  private long sinceNs;

  /** The instance was called down just now. Again for one that is down means nothing. */
  public void fell(InstanceKey instance, long nowNs) {
    if (down.putIfAbsent(instance, nowNs) == null) {
      recent.addLast(new Fall(instance, nowNs));
    }
  }

  /** The instance is not down, or is gone. */
  public void stands(InstanceKey instance) {
    down.remove(instance);
  }

  /**
   * Whether a mass failure lasts.
   *
   * @param all how many instances there are
   */
  public boolean lasts(int all, long nowNs) {
    while (!recent.isEmpty() && nowNs - recent.getFirst().atNs() > WINDOW_NS) {
      recent.removeFirst();
    }
    if (began(all)) {
      if (!lasting) {
        lasting = true;
        sinceNs = nowNs;
      }
    } else if (lasting && (down.size() * 2 < all || nowNs - sinceNs > LONGEST_NS)) {
      lasting = false;
    }
    return lasting;
  }

  private boolean began(int all) {
    if (recent.size() < LEAST) {
      return false;
    }
    Set<InstanceKey> instances = new HashSet<>();
    Set<String> services = new HashSet<>();
    for (Fall fall : recent) {
      if (down.containsKey(fall.instance()) && instances.add(fall.instance())) {
        services.add(fall.instance().service());
      }
    }
    return instances.size() >= LEAST && instances.size() * 2 >= all && services.size() >= SERVICES;
  }

  /** How many are down. */
  public int down() {
    return down.size();
  }
}
