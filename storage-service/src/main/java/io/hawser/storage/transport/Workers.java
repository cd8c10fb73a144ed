package io.hawser.storage.transport;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a transport and of those who use it. What waits for them has no bound of its own:
 * it is answers to calls, or requests of a connection, which are bounded, and none of them may be
 * dropped.
 */
public final class Workers {
  private static final int THREADS = 4;

  private Workers() {}

  static ThreadPoolExecutor of(String name) {
    ThreadPoolExecutor pool = of(name, THREADS);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * One thread, for what has to be done in its order. It stays until the end: a pool whose thread
   * is just leaving gives the task that comes then to a new one, before what waits already.
   */
  public static ThreadPoolExecutor single(String name) {
    return of(name, 1);
  }

  private static ThreadPoolExecutor of(String name, int count) {
    ThreadFactory threads = Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    return new ThreadPoolExecutor(
        count, count, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
  }
}
