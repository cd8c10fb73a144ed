package io.hawser.drill.kv;

import io.hawser.drill.cluster.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Clients that each do their task, with a pause after each time, until they are stopped. */
public final class Clients implements AutoCloseable {
  private static final long END_MS = TimeUnit.SECONDS.toMillis(30);

  private final AtomicBoolean over = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();

  private Clients() {}

  /** Starts them. */
  public static Clients start(List<? extends Task> tasks, Duration pause) {
    Clients clients = new Clients();
    for (Task task : tasks) {
      clients.threads.add(
          Thread.ofPlatform().name("client").daemon().start(() -> clients.loop(task, pause)));
    }
    return clients;
  }

  private void loop(Task task, Duration pause) {
    try (task) {
      while (!over.get()) {
        task.once();
        if (!pause.isZero()) {
          Wait.pass(pause);
        }
      }
    }
  }

  /** Starts nothing new, and waits until what is under way has ended. */
  public void stop() throws InterruptedException {
    over.set(true);
    for (Thread thread : threads) {
      thread.join(END_MS);
    }
  }

  @Override
  public void close() {
    over.set(true);
  }
}
