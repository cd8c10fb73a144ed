package io.hawser.drill.kv;

import io.hawser.drill.audit.Counted;
import io.hawser.drill.kv.KvResult.How;

/** Adds one to a number that others add to as well, by compare-and-set. Not thread-safe. */
public final class CounterTask implements Task {
  private final KvClient client;
  private final String key;
  private final Counted counted;

  public CounterTask(KvClient client, String key, Counted counted) {
    this.client = client;
    this.key = key;
    this.counted = counted;
  }

  @Override
  public void once() {
    KvResult read = client.get(key);
    if (read.how() != How.DONE && read.how() != How.REFUSED) {
      return;
    }
    boolean there = read.how() == How.DONE;
    long next = (there ? Long.parseLong(read.value()) : 0) + 1;
    Condition condition = there ? new Condition.Version(read.version()) : Condition.ABSENT;
    KvResult write = client.put(key, Long.toString(next), condition);
    switch (write.how()) {
      case DONE -> counted.added(next);
      case UNKNOWN -> counted.unsure();
      case REFUSED, NOT_APPLIED -> {
        // Another was faster, or nothing happened.
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
