package io.hawser.cli.demo;

import io.hawser.cli.base.Fields;
import io.hawser.cli.demo.Seen.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A gentle open-loop load: requests start at their times whether earlier ones are answered or not,
 * so that a stall is seen and not waited out. Bounded: a request that would be one too many in
 * flight counts as failed.
 */
final class Load {
  private static final int MAX_IN_FLIGHT = 256;
  private static final long TICK_MS = 10;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration DRAIN = Duration.ofSeconds(6);

  private final HttpRequest request;
  private final int perSecond;
  private final Consumer<Answer> answers;
  private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("load").daemon().factory());
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .executor(workers)
          .build();
  private long startNs;
  private long sent;

  /**
   * @param answers told each answer, on any thread
   */
  Load(String url, int perSecond, Consumer<Answer> answers) {
    this.request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(TIMEOUT)
            .header("Accept", "application/json")
            .build();
    this.perSecond = perSecond;
    this.answers = answers;
  }

  void start() {
    startNs = System.nanoTime();
    var unused = clock.scheduleAtFixedRate(this::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
  }

  /** Sends nothing more and waits for what is under way. */
  void stop() {
    var unused = clock.shutdownNow();
    try {
      if (!clock.awaitTermination(1, TimeUnit.SECONDS)
          || !inFlight.tryAcquire(MAX_IN_FLIGHT, DRAIN.toMillis(), TimeUnit.MILLISECONDS)) {
        workers.shutdownNow().clear();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.shutdownNow();
    workers.shutdown();
  }

  private void tick() {
    long due = (System.nanoTime() - startNs) * perSecond / TimeUnit.SECONDS.toNanos(1);
    for (; sent < due; sent++) {
      if (inFlight.tryAcquire()) {
        submit();
      } else {
        answers.accept(new Answer(System.nanoTime(), "", "too many in flight"));
      }
    }
  }

  private void submit() {
    try {
      workers.execute(this::send);
    } catch (RejectedExecutionException e) {
      inFlight.release();
    }
  }

  private void send() {
    try {
      answers.accept(answer(client.send(request, BodyHandlers.ofString())));
    } catch (HttpTimeoutException e) {
      answers.accept(new Answer(System.nanoTime(), "", "no answer in time"));
    } catch (ConnectException e) {
      answers.accept(new Answer(System.nanoTime(), "", "connection refused"));
    } catch (IOException e) {
      String message = e.getMessage();
      String why = message == null ? e.getClass().getSimpleName() : message;
      answers.accept(new Answer(System.nanoTime(), "", why));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      inFlight.release();
    }
  }

  private static Answer answer(HttpResponse<String> response) {
    long nowNs = System.nanoTime();
    if (response.statusCode() != 200) {
      return new Answer(nowNs, "", "status " + response.statusCode());
    }
    String instance = response.headers().firstValue("Hawser-Instance").orElse("");
    if (instance.isEmpty() && Fields.parse(response.body()) instanceof JsonObject body) {
      instance = Fields.text(body, "instance");
    }
    return new Answer(nowNs, instance.substring(instance.lastIndexOf('/') + 1), "");
  }
}
