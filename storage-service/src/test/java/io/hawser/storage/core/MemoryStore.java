package io.hawser.storage.core;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A store in memory, whole or not at all like the real one. */
public final class MemoryStore implements SortedStore {
  private final Map<Space, NavigableMap<byte[], byte[]>> pairs = new EnumMap<>(Space.class);
  private int writesLeft = Integer.MAX_VALUE;

  public MemoryStore() {
    for (Space space : Space.values()) {
      pairs.put(space, new TreeMap<>(Arrays::compareUnsigned));
    }
  }

  /** What is written now, in a store of its own. */
  public MemoryStore copy() {
    MemoryStore copy = new MemoryStore();
    pairs.forEach((space, map) -> copy.of(space).putAll(map));
    return copy;
  }

  /** Lets so many writes through; the one after them fails, and changes nothing. */
  void dieAfter(int writes) {
    writesLeft = writes;
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
    if (writesLeft == 0) {
      throw new IllegalStateException("the disk is gone");
    }
    writesLeft--;
    staged.forEach(
        (space, key, value) -> {
          byte[] unused =
              value == null ? of(space).remove(key) : of(space).put(key.clone(), value.clone());
        });
  }

  int size(Space space) {
    return of(space).size();
  }

  /** Everything that is in it, to be compared. */
  public String dump() {
    StringBuilder out = new StringBuilder();
    HexFormat hex = HexFormat.of();
    pairs.forEach(
        (space, map) ->
            map.forEach(
                (key, value) ->
                    out.append(space)
                        .append(' ')
                        .append(hex.formatHex(key))
                        .append(' ')
                        .append(hex.formatHex(value))
                        .append('\n')));
    return out.toString();
  }

  private NavigableMap<byte[], byte[]> of(Space space) {
    return Objects.requireNonNull(pairs.get(space));
  }
}
