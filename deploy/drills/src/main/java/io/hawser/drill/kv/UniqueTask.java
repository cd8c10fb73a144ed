package io.hawser.drill.kv;

import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.audit.WatchLog;
import io.hawser.drill.audit.WatchLog.Change;
import io.hawser.drill.kv.KvResult.How;

/** Writes keys that nobody else writes, each once. Not thread-safe. */
public final class UniqueTask implements Task {
  private final KvClient client;
  private final String prefix;
  private final LostWrites writes;
  private final WatchLog watched;
  private int count;

  /**
   * @param prefix of the keys, that no other client has
   * @param watched what watchers of them are held against
   */
  public UniqueTask(KvClient client, String prefix, LostWrites writes, WatchLog watched) {
    this.client = client;
    this.prefix = prefix;
    this.writes = writes;
    this.watched = watched;
  }

  @Override
  public void once() {
    String key = prefix + ++count;
    String value = "value of " + key;
    writes.sent(key, value);
    KvResult result = client.put(key, value, Condition.NONE);
    if (result.how() == How.DONE) {
      writes.acknowledged(key);
      watched.acknowledged(new Change(result.revision(), key, value));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
