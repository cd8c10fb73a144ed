package io.hawser.balancer.core;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pools of a table, by service. Immutable: a changed copy shares all but the parts that the
 * changed services are in, so that a change of one of ten thousand costs what one of ten does.
 */
final class Pools extends AbstractMap<String, Pool> {
  private static final int BITS = 10;

  static final Pools NONE = new Pools(Collections.nCopies(1 << BITS, Map.of()), 0, 0);

  private final List<Map<String, Pool>> parts;
  private final int size;
  private final int exclusive;

  private Pools(List<Map<String, Pool>> parts, int size, int exclusive) {
    this.parts = parts;
    this.size = size;
    this.exclusive = exclusive;
  }

  /**
   * How many of them are of exclusive services; counted with each change, never by a look at all.
   */
  int exclusive() {
    return exclusive;
  }

  /** With these in place of those before; with an empty one: without it. */
  Pools with(Map<String, Optional<Pool>> changes) {
    List<Map<String, Pool>> next = new ArrayList<>(parts);
    BitSet own = new BitSet();
    int[] count = {size, exclusive};
    changes.forEach(
        (service, pool) -> {
          int at = part(service);
          if (!own.get(at)) {
            own.set(at);
            next.set(at, new HashMap<>(parts.get(at)));
          }
          Map<String, Pool> part = next.get(at);
          Pool before = part.remove(service);
          count[0] -= before == null ? 0 : 1;
          count[1] -= before != null && before.exclusive() ? 1 : 0;
          pool.ifPresent(
              present -> {
                part.put(service, present);
                count[0]++;
                count[1] += present.exclusive() ? 1 : 0;
              });
        });
    return new Pools(next, count[0], count[1]);
  }

  private static int part(Object service) {
    int hash = service.hashCode() * 0x9e3779b9;
    return hash >>> (Integer.SIZE - BITS);
  }

  @Override
  public @Nullable Pool get(Object service) {
    return parts.get(part(service)).get(service);
  }

  @Override
  public boolean containsKey(Object service) {
    return parts.get(part(service)).containsKey(service);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public Set<Entry<String, Pool>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Pool>> iterator() {
        return parts.stream()
            .flatMap(part -> Collections.unmodifiableMap(part).entrySet().stream())
            .iterator();
      }

      @Override
      public int size() {
        return size;
      }
    };
  }
}
