package io.hawser.drill.kv;

import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.kv.KvResult.How;

/** Writes keys that nobody else writes, each once. Not thread-safe. */
public final class UniqueTask implements Task {
  private final KvClient client;
  private final String prefix;
  private final LostWrites writes;
  private int count;

  /**
   * @param prefix of the keys, that no other client has
   */
  public UniqueTask(KvClient client, String prefix, LostWrites writes) {
    this.client = client;
    this.prefix = prefix;
    this.writes = writes;
  }

  @Override
  public void once() {
    String key = prefix + ++count;
    String value = "value of " + key;
    writes.sent(key, value);
    if (client.put(key, value, Condition.NONE).how() == How.DONE) {
      writes.acknowledged(key);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
