package io.hawser.storage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int TASKS = 100;

  /** A task that comes while the thread is leaving overtakes the one before it. */
  @Test
  void the_thread_of_a_single_worker_does_not_leave_when_there_is_nothing_to_do() {
    ThreadPoolExecutor worker = Workers.single("order");
    worker.setKeepAliveTime(1, TimeUnit.NANOSECONDS);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    AtomicInteger done = new AtomicInteger();
    try {
      for (int i = 0; i < TASKS; i++) {
        int before = i;
        worker.execute(
            () -> {
              boolean unused = threads.add(Thread.currentThread());
              done.incrementAndGet();
            });
        Await.until("it is done", () -> done.get() > before);
      }
    } finally {
      worker.shutdownNow();
    }
    assertThat(threads).hasSize(1);
  }
}
