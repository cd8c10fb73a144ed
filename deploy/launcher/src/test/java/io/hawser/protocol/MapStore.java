package io.hawser.protocol;

import io.hawser.storage.core.SortedStore;
import io.hawser.storage.core.Space;
import io.hawser.storage.core.Staged;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The pairs of a group in memory, but for the history: nobody here watches. */
final class MapStore implements SortedStore {
  private final Map<Space, NavigableMap<byte[], byte[]>> pairs = new EnumMap<>(Space.class);

  MapStore() {
    for (Space space : Space.values()) {
      pairs.put(space, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  MapStore copy() {
    MapStore copy = new MapStore();
    pairs.forEach((space, of) -> copy.of(space).putAll(of));
    return copy;
  }

  private NavigableMap<byte[], byte[]> of(Space space) {
    return Objects.requireNonNull(pairs.get(space));
  }

  @Override
  public byte @Nullable [] get(Space space, byte[] key) {
    return of(space).get(key);
  }

  @Override
  public void scan(Space space, byte[] from, Visitor visitor) {
    for (Map.Entry<byte[], byte[]> pair : of(space).tailMap(from, true).entrySet()) {
      if (!visitor.visit(pair.getKey(), pair.getValue())) {
        return;
      }
    }
  }

  @Override
  public void write(Staged staged) {
    staged.forEach(
        (space, key, value) -> {
          if (space == Space.HISTORY) {
            return;
          }
          byte[] unused = value == null ? of(space).remove(key) : of(space).put(key, value);
        });
  }
}
