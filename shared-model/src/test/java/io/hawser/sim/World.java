package io.hawser.sim;

import io.hawser.model.NodeId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A cluster in one thread: a queue of events in virtual time, and one source of chance. The same
 * seed and the same calls make the same run. Not thread-safe.
 *
 * @param <M> what the nodes send
 * @param <P> what runs on them
 */
public final class World<M, P extends Program<M>> {
  /** How many of the last events a failure shows. */
  private static final int TRACE = 30;

  private static final int MAX_SHOWN = 200;

  private record Due(long atMs, long number, Object what, Runnable action) {}

  private final Random random;
  private final Network<M> network = new Network<>(this);
  private final Map<NodeId, SimNode<M, P>> nodes = new LinkedHashMap<>();
  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingLong(Due::atMs).thenComparingLong(Due::number));
  private final List<Invariant> invariants = new ArrayList<>();
  private final ArrayDeque<Due> trace = new ArrayDeque<>();
  private long nowMs;
  private long scheduled;
  private long events;
  private long fingerprint;

  public World(long seed) {
    this.random = new Random(seed);
  }

  /** The only source of chance of a run. */
  public Random random() {
    return random;
  }

  public long nowMs() {
    return nowMs;
  }

  /** How many events have happened. */
  public long events() {
    return events;
  }

  /** A number that two runs share when they had the same events in the same order. */
  public long fingerprint() {
    return fingerprint;
  }

  public Network<M> network() {
    return network;
  }

  /** Adds a node, which is down. */
  public SimNode<M, P> add(String name, Function<SimNode<M, P>, P> programs) {
    NodeId id = new NodeId(name);
    SimNode<M, P> node =
        new SimNode<>(this, id, new SimClock(this::nowMs, random.nextLong()), programs);
    SimNode<M, P> before = nodes.put(id, node);
    if (before != null) {
      throw new IllegalArgumentException("there is a node " + name);
    }
    return node;
  }

  public List<SimNode<M, P>> nodes() {
    return List.copyOf(nodes.values());
  }

  public SimNode<M, P> node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  /** One of these, by chance. */
  public <T> T any(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }

  /** Checks this after each event from now on. */
  public void invariant(String name, Supplier<Optional<String>> violation) {
    invariants.add(new Invariant(name, violation));
  }

  /**
   * Has something happen later.
   *
   * @param what its text stands in the trace of a failure
   */
  public void after(long delayMs, Object what, Runnable action) {
    queue.add(new Due(nowMs + delayMs, scheduled++, what, action));
  }

  /** Lets time pass, with all that happens in it. */
  public void runFor(long ms) {
    long endMs = nowMs + ms;
    while (!queue.isEmpty() && queue.element().atMs() <= endMs) {
      happen(queue.remove());
    }
    nowMs = endMs;
  }

  private void happen(Due due) {
    nowMs = due.atMs();
    events++;
    fingerprint = (fingerprint ^ (nowMs * 31 + due.number())) * 0x100000001b3L;
    if (trace.size() == TRACE) {
      trace.removeFirst();
    }
    trace.addLast(due);
    try {
      due.action().run();
      for (Invariant invariant : invariants) {
        Optional<String> violation = invariant.violation().get();
        if (violation.isPresent()) {
          throw new AssertionError(invariant.name() + ": " + violation.get());
        }
      }
    } catch (RuntimeException | AssertionError e) {
      throw failure(String.valueOf(e.getMessage()), e);
    }
  }

  /** The failure of a run, with the last events. */
  public AssertionError failure(String what, Throwable cause) {
    StringBuilder text = new StringBuilder(what);
    text.append("\n  at ").append(nowMs).append(" ms, after ").append(events).append(" events:");
    for (Due due : trace) {
      String shown = String.valueOf(due.what());
      text.append("\n  ").append(due.atMs()).append(' ');
      text.append(shown, 0, Math.min(shown.length(), MAX_SHOWN));
    }
    return new AssertionError(text.toString(), cause);
  }
}
