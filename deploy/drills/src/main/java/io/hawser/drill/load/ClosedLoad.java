package io.hawser.drill.load;

import io.hawser.drill.wire.HttpConnection;
import io.hawser.drill.wire.HttpReply;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop load: so many clients, each with a connection of its own, ask again as soon as they
 * are answered. Every request that begins ends in an {@link Answer}: one whose connection ends
 * without an answer has failed (wrk does not count it), and one that is under way at the end is
 * waited for (wrk drops it). Latencies are those of the requests, with nothing added for those that
 * could have been sent meanwhile, as wrk does. Bounded in time and requests under way. Answers are
 * told on any thread.
 */
public final class ClosedLoad {
  private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long SHARED = 1L << 40;

  /**
   * What is sent.
   *
   * @param request the bytes of the request with this number; no two are the same
   * @param connections clients at once
   * @param timeoutMs after which a request has failed
   */
  public record Plan(
      InetSocketAddress target,
      LongFunction<byte[]> request,
      int connections,
      Duration length,
      int timeoutMs) {}

  private final Plan plan;
  private final Consumer<Answer> answers;
  private final List<Thread> clients = new ArrayList<>();
  private final long endNs;

  private ClosedLoad(Plan plan, Consumer<Answer> answers) {
    this.plan = plan;
    this.answers = answers;
    this.endNs = System.nanoTime() + plan.length().toNanos();
  }

  /** Starts it. */
  public static ClosedLoad start(Plan plan, Consumer<Answer> answers) {
    ClosedLoad load = new ClosedLoad(plan, answers);
    for (int i = 0; i < plan.connections(); i++) {
      long first = i * SHARED;
      load.clients.add(Thread.ofVirtual().name("client-" + i).start(() -> load.run(first)));
    }
    return load;
  }

  /** Waits until its time is over, and what was under way then is answered. */
  public void awaitEnd() throws InterruptedException {
    for (Thread client : clients) {
      client.join();
    }
  }

  private void run(long first) {
    HttpConnection connection = null;
    for (long number = first; System.nanoTime() - endNs < 0; number++) {
      connection = ask(connection, plan.request().apply(number));
    }
    if (connection != null) {
      connection.close();
    }
  }

  /** Returns the connection for the next request; null: a new one. */
  private @Nullable HttpConnection ask(@Nullable HttpConnection kept, byte[] request) {
    long startNs = System.nanoTime();
    HttpConnection connection = kept;
    String failure;
    try {
      if (connection == null) {
        connection = HttpConnection.open(plan.target(), plan.timeoutMs());
      }
      HttpReply reply = connection.exchange(request, plan.timeoutMs());
      String why = reply.status() < 400 ? "" : "status " + reply.status();
      tell(startNs, reply.status(), reply.header("hawser-instance"), why);
      if (connection.reusable()) {
        return connection;
      }
      connection.close();
      return null;
    } catch (ConnectException e) {
      failure = "connection refused";
    } catch (SocketTimeoutException e) {
      failure = "no answer in time";
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    }
    tell(startNs, 0, "", failure);
    if (connection != null) {
      connection.close();
    }
    LockSupport.parkNanos(REST_NS);
    return null;
  }

  private void tell(long startNs, int status, String instance, String failure) {
    answers.accept(new Answer(startNs, System.nanoTime(), 0, status, instance, failure, 0));
  }
}
