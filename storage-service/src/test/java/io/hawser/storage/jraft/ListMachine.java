package io.hawser.storage.jraft;

import io.hawser.model.NodeId;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.LogMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A machine that keeps all entries, as texts in their order. What it calls its applied index is
 * what a test says has survived.
 */
final class ListMachine implements LogMachine<String> {
  private final List<String> entries = new ArrayList<>();
  private long durable;
  private long durableTerm;
  private int loads;
  private final List<String> applied = new ArrayList<>();
  private volatile Optional<Throwable> failure = Optional.empty();
  private volatile String poison = "";
  private volatile CountDownLatch held = new CountDownLatch(0);

  /** A machine that has all that this one had when it went down, as one with a disk would. */
  synchronized ListMachine survived() {
    ListMachine next = new ListMachine();
    next.entries.addAll(entries);
    next.durable = durable;
    next.durableTerm = durableTerm;
    return next;
  }

  /** As {@link #survived}, but for the last entry, which is of another term. */
  synchronized ListMachine survivedInAnotherTerm() {
    ListMachine next = survived();
    next.durableTerm++;
    return next;
  }

  /** A machine that was filled from a backup: its log knows nothing of these entries. */
  static ListMachine restored(List<String> entries) {
    ListMachine machine = new ListMachine();
    machine.entries.addAll(entries);
    return machine;
  }

  /** An entry with this text makes the machine throw. */
  void poison(String text) {
    poison = text;
  }

  /** Applies nothing more until the latch opens. */
  void hold(CountDownLatch latch) {
    held = latch;
  }

  synchronized List<String> entries() {
    return List.copyOf(entries);
  }

  synchronized boolean has(String text) {
    return entries.contains(text);
  }

  /** How many different entries there are: a test may have to propose one again. */
  synchronized int size() {
    return new HashSet<>(entries).size();
  }

  synchronized int loads() {
    return loads;
  }

  /** What was handed over to this machine, and not to the one that it came from. */
  synchronized List<String> applied() {
    return List.copyOf(applied);
  }

  Optional<Throwable> failure() {
    return failure;
  }

  @Override
  public synchronized long appliedIndex() {
    return durable;
  }

  @Override
  public synchronized long appliedTerm() {
    return durableTerm;
  }

  @Override
  public synchronized boolean holdsData() {
    return !entries.isEmpty();
  }

  @Override
  public List<String> apply(List<Committed> batch) {
    try {
      held.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return add(batch);
  }

  private synchronized List<String> add(List<Committed> batch) {
    List<String> results = new ArrayList<>();
    for (Committed entry : batch) {
      String text = entry.bytes().toString();
      if (!poison.isEmpty() && text.equals(poison)) {
        throw new IllegalStateException("poisoned by " + text);
      }
      entries.add(text);
      applied.add(text);
      durable = entry.index();
      durableTerm = entry.term();
      results.add(entry.index() + ":" + text);
    }
    return results;
  }

  @Override
  public synchronized void save(Path directory) throws IOException {
    Files.write(directory.resolve("entries"), entries);
    Files.writeString(
        Files.createDirectories(directory.resolve("sub")).resolve("size"), "" + size());
  }

  @Override
  public synchronized void load(Path directory) throws IOException {
    entries.clear();
    entries.addAll(Files.readAllLines(directory.resolve("entries")));
    // Up to where is not said in it: what came last is loaded again after a restart.
    durable = 0;
    durableTerm = 0;
    loads++;
  }

  @Override
  public void leading(long term) {}

  @Override
  public void following(Optional<NodeId> leader, long term) {}

  @Override
  public void failed(Throwable cause) {
    failure = Optional.of(cause);
  }
}
