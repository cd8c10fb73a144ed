package io.hawser.sim;

import io.hawser.model.NodeId;
import java.util.Optional;
import java.util.function.Function;

/** One node of a world. It lives from a start to a crash, and may start again. */
public final class SimNode<M, P extends Program<M>> {
  private final World<M, P> world;
  private final NodeId id;
  private final SimClock clock;
  private final Disk disk = new Disk();
  private final Function<SimNode<M, P>, P> programs;
  private Optional<P> program = Optional.empty();
  private int life;

  SimNode(World<M, P> world, NodeId id, SimClock clock, Function<SimNode<M, P>, P> programs) {
    this.world = world;
    this.id = id;
    this.clock = clock;
    this.programs = programs;
  }

  public NodeId id() {
    return id;
  }

  public SimClock clock() {
    return clock;
  }

  public Disk disk() {
    return disk;
  }

  /** How often it was started. */
  public int life() {
    return life;
  }

  public boolean up() {
    return program.isPresent();
  }

  /** What runs on it; empty while it is down. */
  public Optional<P> program() {
    return program;
  }

  /** Starts it; does nothing when it is up. */
  public void start() {
    if (!up()) {
      life++;
      P started = programs.apply(this);
      program = Optional.of(started);
      started.start();
    }
  }

  /** Ends it without a word: memory and timers are gone. */
  public void crash() {
    program = Optional.empty();
  }

  /** Ends it, and takes its disk. */
  public void crashAndLoseDisk() {
    crash();
    disk.wipe();
  }

  public void send(NodeId to, M message) {
    world.network().send(id, to, message);
  }

  /** Sends to every other node of the world. */
  public void broadcast(M message) {
    for (SimNode<M, P> other : world.nodes()) {
      if (other != this) {
        send(other.id(), message);
      }
    }
  }

  /** What the trace says of a timer. */
  private record Local(NodeId node, Object what) {}

  /** Runs the action later, unless the node has crashed by then. */
  public void after(long delayMs, Object what, Runnable action) {
    int mine = life;
    world.after(
        delayMs,
        new Local(id, what),
        () -> {
          if (up() && life == mine) {
            action.run();
          }
        });
  }

  /** Runs the action again and again until the node crashes. */
  public void every(long periodMs, Object what, Runnable action) {
    after(
        periodMs,
        what,
        () -> {
          action.run();
          every(periodMs, what, action);
        });
  }

  void deliver(NodeId from, M message) {
    program.ifPresent(p -> p.receive(from, message));
  }
}
