package io.hawser.drill.kv;

/** What a client does again and again. One thread. */
public interface Task extends AutoCloseable {
  /** Does it once. */
  void once();

  @Override
  void close();
}
