package io.hawser.drill.fault;

import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Undo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Two groups of nodes that do not reach each other, in either direction, while the runner reaches
 * all of them: black holes in the routes of the nodes' namespaces.
 */
public final class Partition implements Fault {
  private final Namespaces network;
  private final List<Integer> these;
  private final List<Integer> those;
  private final IntUnaryOperator port;
  private final Ledger ledger;
  private final Duration timeToLive;
  private final List<Ledger.Entry> entries = new ArrayList<>();

  /**
   * The parties of a partition.
   *
   * @param port the port on which a node listens, by its number: to see whether it can be reached
   */
  public record Sides(List<Integer> these, List<Integer> those, IntUnaryOperator port) {
    public Sides {
      these = List.copyOf(these);
      those = List.copyOf(those);
    }
  }

  /**
   * @param timeToLive after which the watchdog heals it
   */
  public Partition(Namespaces network, Sides sides, Ledger ledger, Duration timeToLive) {
    this.network = network;
    this.these = sides.these();
    this.those = sides.those();
    this.port = sides.port();
    this.ledger = ledger;
    this.timeToLive = timeToLive;
  }

  @Override
  public String name() {
    return "partition of nodes " + these + " from " + those;
  }

  @Override
  public void inject() {
    for (Undo.Unblock route : network.between(these, those)) {
      entries.add(ledger.add(route, timeToLive));
      var unused = Namespaces.block(route);
    }
  }

  @Override
  public boolean effective() {
    return these.stream().noneMatch(a -> those.stream().anyMatch(b -> talk(a, b)));
  }

  private boolean talk(int a, int b) {
    return reaches(a, b) || reaches(b, a);
  }

  private boolean reaches(int from, int to) {
    return network.reaches(from, to, port.applyAsInt(to));
  }

  @Override
  public void heal() {
    entries.forEach(Ledger.Entry::undo);
  }

  @Override
  public boolean healed() {
    return these.stream()
        .allMatch(a -> those.stream().allMatch(b -> reaches(a, b) && reaches(b, a)));
  }
}
