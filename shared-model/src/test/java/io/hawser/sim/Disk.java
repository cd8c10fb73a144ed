package io.hawser.sim;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a node finds again after a crash. A write is there as a whole, or not at all. */
public final class Disk {
  private final Map<String, Object> files = new HashMap<>();

  /**
   * @param value immutable
   */
  public void write(String name, Object value) {
    Object unused = files.put(name, value);
  }

  public <T> Optional<T> read(String name, Class<T> type) {
    return Optional.ofNullable(files.get(name)).map(type::cast);
  }

  void wipe() {
    files.clear();
  }
}
