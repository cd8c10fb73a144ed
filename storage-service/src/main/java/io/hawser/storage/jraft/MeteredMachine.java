package io.hawser.storage.jraft;

import io.hawser.model.NodeId;
import io.hawser.storage.log.Committed;
import io.hawser.storage.log.LogMachine;
import io.micrometer.core.instrument.Timer;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A machine whose applying and saving are measured. As thread-safe as the machine: the meters are
 * read from any thread.
 */
final class MeteredMachine<R> implements LogMachine<R> {
  private final LogMachine<R> machine;
  private final Timer applies;
  private final Timer saves;
  private final ReplicaMeters meters;
  private volatile long savedNs;
  private volatile long savedBytes;
  private volatile boolean saved;

  MeteredMachine(LogMachine<R> machine, ReplicaMeters meters) {
    this.machine = machine;
    this.meters = meters;
    applies = meters.applies();
    saves = meters.saves();
    meters.snapshots(this::ageSeconds, () -> savedBytes);
  }

  /** Since the last one that was saved; not a number before the first. */
  private double ageSeconds() {
    return saved ? (meters.nowNs() - savedNs) / (double) TimeUnit.SECONDS.toNanos(1) : Double.NaN;
  }

  @Override
  public long appliedIndex() {
    return machine.appliedIndex();
  }

  @Override
  public long appliedTerm() {
    return machine.appliedTerm();
  }

  @Override
  public boolean holdsData() {
    return machine.holdsData();
  }

  @Override
  public List<R> apply(List<Committed> entries) {
    long startNs = meters.nowNs();
    List<R> results = machine.apply(entries);
    applies.record(meters.nowNs() - startNs, TimeUnit.NANOSECONDS);
    return results;
  }

  @Override
  public void save(Path directory) throws IOException {
    long startNs = meters.nowNs();
    machine.save(directory);
    savedNs = meters.nowNs();
    saves.record(savedNs - startNs, TimeUnit.NANOSECONDS);
    try (Stream<Path> files = Files.list(directory)) {
      savedBytes = files.map(Path::toFile).mapToLong(File::length).sum();
    }
    saved = true;
  }

  @Override
  public void load(Path directory) throws IOException {
    machine.load(directory);
  }

  @Override
  public void leading(long term) {
    machine.leading(term);
  }

  @Override
  public void following(Optional<NodeId> leader, long term) {
    machine.following(leader, term);
  }

  @Override
  public void failed(Throwable cause) {
    machine.failed(cause);
  }
}
