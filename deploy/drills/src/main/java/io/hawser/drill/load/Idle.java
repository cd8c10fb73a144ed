package io.hawser.drill.load;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The connections to one target that wait for a request, the last used first. Thread-safe. */
final class Idle {
  private static final int MAX = 64;

  private final Deque<Wire> wires = new ArrayDeque<>();

  synchronized @Nullable Wire take() {
    return wires.pollFirst();
  }

  void put(Wire wire) {
    synchronized (this) {
      if (wires.size() < MAX) {
        wires.addFirst(wire);
        return;
      }
    }
    wire.close();
  }

  synchronized void closeAll() {
    wires.forEach(Wire::close);
    wires.clear();
  }
}
