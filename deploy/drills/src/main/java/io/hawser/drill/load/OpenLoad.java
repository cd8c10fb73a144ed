package io.hawser.drill.load;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * An open-loop load: each request has a time at which it is to start, whether earlier ones are
 * answered or not, and its latency counts from that time. So a stall shows as what it would have
 * been to users who come when they come (no coordinated omission; Gil Tene's term). Every request
 * ends in an {@link Answer}, also one that could not be sent because too many were under way.
 *
 * <p>Bounded in count, time and requests under way. Answers are told on any thread.
 */
public final class OpenLoad implements AutoCloseable {
  private static final int MAX_IN_FLIGHT = 1024;
  private static final int TIMEOUT_MS = 5_000;
  private static final int DRAIN_MS = 2 * TIMEOUT_MS;

  private final LoadPlan plan;
  private final Consumer<Answer> answers;
  private final List<Idle> idle;
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread clock;
  private final AtomicBoolean stopped = new AtomicBoolean();
  private volatile boolean over;

  private OpenLoad(LoadPlan plan, Consumer<Answer> answers) {
    this.plan = plan;
    this.answers = answers;
    this.idle = IntStream.range(0, plan.targets().size()).mapToObj(i -> new Idle()).toList();
    this.clock = Thread.ofPlatform().name("load").daemon().unstarted(this::run);
  }

  /** Starts it. */
  public static OpenLoad start(LoadPlan plan, Consumer<Answer> answers) {
    OpenLoad load = new OpenLoad(plan, answers);
    load.clock.start();
    return load;
  }

  private void run() {
    long startNs = System.nanoTime();
    long second = TimeUnit.SECONDS.toNanos(1);
    for (long i = 0; i < plan.maxCount() && !over; i++) {
      long afterNs = i * second / plan.perSecond();
      if (afterNs > plan.limit().toNanos()) {
        break;
      }
      long intendedNs = startNs + afterNs;
      for (long waitNs = intendedNs - System.nanoTime();
          waitNs > 0 && !over;
          waitNs = intendedNs - System.nanoTime()) {
        LockSupport.parkNanos(waitNs);
      }
      if (!over) {
        launch(i, intendedNs);
      }
    }
  }

  private void launch(long number, long intendedNs) {
    if (!inFlight.tryAcquire()) {
      answers.accept(
          new Answer(intendedNs, System.nanoTime(), 0, 0, "", "not sent: too many in flight", 0));
      return;
    }
    try {
      workers.execute(() -> perform(number, intendedNs));
    } catch (RejectedExecutionException e) {
      inFlight.release();
    }
  }

  private void perform(long number, long intendedNs) {
    try {
      byte[] request = plan.request().apply(number);
      int targets = plan.targets().size();
      int first = (int) (number % targets);
      int tries = plan.others() ? targets : 1;
      for (int away = 0; away < tries; away++) {
        int node = (first + away) % targets;
        boolean last = away == tries - 1;
        Answer answer = attempt(request, intendedNs, node, away);
        if (last || !mayGoElsewhere(answer)) {
          answers.accept(answer);
          return;
        }
      }
    } finally {
      inFlight.release();
    }
  }

  private static boolean mayGoElsewhere(Answer answer) {
    return answer.failure().equals(REFUSED) || answer.failure().equals(UNANSWERED);
  }

  private static final String REFUSED = "connection refused";
  private static final String UNANSWERED = "kept-alive connection closed before the answer";

  private Answer attempt(byte[] request, long intendedNs, int node, int away) {
    Wire wire = idle.get(node).take();
    String failure;
    try {
      if (wire == null) {
        wire = new Wire();
        wire.connect(plan.targets().get(node), TIMEOUT_MS);
      }
      Wire.Reply reply = wire.exchange(request);
      String why = reply.status() / 100 == 2 ? "" : "status " + reply.status();
      return new Answer(
          intendedNs, System.nanoTime(), node, reply.status(), reply.instance(), why, away);
    } catch (Wire.Unanswered e) {
      failure = UNANSWERED;
    } catch (ConnectException e) {
      failure = REFUSED;
    } catch (SocketTimeoutException e) {
      failure = "no answer in time";
    } catch (IOException | NumberFormatException e) {
      failure = String.valueOf(e.getMessage());
    } finally {
      if (wire != null && wire.reusable() && !over) {
        idle.get(node).put(wire);
      } else if (wire != null) {
        wire.close();
      }
    }
    return new Answer(intendedNs, System.nanoTime(), node, 0, "", failure, away);
  }

  /** Starts no more, and waits for what is under way. */
  public void stop() {
    if (stopped.getAndSet(true)) {
      return;
    }
    over = true;
    LockSupport.unpark(clock);
    try {
      clock.join(TimeUnit.SECONDS.toMillis(1));
      if (!inFlight.tryAcquire(MAX_IN_FLIGHT, DRAIN_MS, TimeUnit.MILLISECONDS)) {
        var unused = workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    workers.shutdown();
    idle.forEach(Idle::closeAll);
  }

  @Override
  public void close() {
    stop();
  }

  /** Waits until nothing more starts: the plan is done. */
  public void awaitEnd() throws InterruptedException {
    clock.join();
    stop();
  }

  /** Where the requests go. */
  public List<InetSocketAddress> targets() {
    return plan.targets();
  }
}
