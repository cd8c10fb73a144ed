package io.hawser.bench.cores;

import io.hawser.catalog.Catalog;
import io.hawser.model.Entry;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A catalog of 10 000 instances. */
@State(Scope.Thread)
public class CatalogBench {
  private static final int SIZE = 10_000;

  private final Catalog catalog = new Catalog();
  private final Entry[] entries = new Entry[SIZE];
  private int next;
  private long hlc;

  /** Fills it. */
  @Setup
  public void fill() {
    for (int i = 0; i < SIZE; i++) {
      entries[i] = Samples.entry(i, 1);
      catalog.apply(entries[i]);
    }
    hlc = 2;
  }

  /** A newer entry for one that is there; its making is part of it. */
  @Benchmark
  public boolean applyNewer() {
    next = (next + 1) % SIZE;
    return catalog.apply(
        new Entry(
            entries[next].key(),
            entries[next].value(),
            new io.hawser.model.Stamp(hlc++, Samples.NODE)));
  }

  /** An entry that is there already: what most of gossip is. */
  @Benchmark
  public boolean applyKnown() {
    next = (next + 1) % SIZE;
    return catalog.apply(entries[next]);
  }

  /** What nodes compare. */
  @Benchmark
  public List<Long> digest() {
    return catalog.digest();
  }
}
