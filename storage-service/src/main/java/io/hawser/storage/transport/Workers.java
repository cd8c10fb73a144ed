package io.hawser.storage.transport;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of a transport. What waits for them has no bound of its own: it is answers to calls,
 * which are bounded, and none of them may be dropped.
 */
final class Workers {
  private static final int THREADS = 4;

  private Workers() {}

  static ThreadPoolExecutor of(String name) {
    ThreadFactory threads = Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS, THREADS, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }
}
