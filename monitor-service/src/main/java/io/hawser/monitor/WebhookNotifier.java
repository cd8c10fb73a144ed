package io.hawser.monitor;

import io.hawser.model.Facet.Receiver;
import io.hawser.monitor.core.alert.Delivery;
import io.hawser.monitor.core.alert.Notice;
import io.hawser.monitor.core.alert.WebhookPayload;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts notices to webhooks, to each receiver one after the other, so that a resolved never
 * overtakes its firing, and to all of them at the same time, so that one that fails delays no
 * other.
 *
 * <p>A notice is tried up to {@value Delivery#MAX_TRIES} times. What is not delivered then is lost,
 * and so is what waits when the node dies. Called on the context of one verticle. Logs name a
 * receiver, never its URL, which may hold a secret.
 */
final class WebhookNotifier {
  private static final Logger log = LoggerFactory.getLogger(WebhookNotifier.class);

  /** Notices that may wait for one receiver. */
  static final int MAX_WAITING = 200;

  private record Job(String receiver, String url, String rule, Buffer body) {}

  private final ServiceContext node;
  private final long timeoutMs;
  private final long backoffMs;
  private final Map<String, ArrayDeque<Job>> queues = new HashMap<>();
  private Promise<Void> idle = Promise.promise();
  private @Nullable HttpClient client;

  WebhookNotifier(ServiceContext node) {
    this.node = node;
    this.timeoutMs = node.settings().get(MonitorSettings.NOTIFY_TIMEOUT_MS);
    this.backoffMs = node.settings().get(MonitorSettings.NOTIFY_BACKOFF_MS);
  }

  /**
   * A connection for each receiver at least, were they all on one host, so that a slow one holds
   * none back.
   */
  void start() {
    client =
        node.vertx()
            .createHttpClient(
                new HttpClientOptions().setKeepAlive(false),
                new PoolOptions().setHttp1MaxSize(2 * AlertCatalog.MAX_RECEIVERS));
  }

  /**
   * Ends when every notice is delivered or given up, or at the latest after the time that a
   * receiver has for one.
   */
  Future<Void> close() {
    Future<Void> drained = queues.isEmpty() ? Future.succeededFuture() : idle.future();
    return drained
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(e -> log.warn("notices are lost receivers={}", queues.keySet()))
        .transform(result -> closeClient());
  }

  private Future<Void> closeClient() {
    HttpClient open = client;
    client = null;
    queues.clear();
    return open == null ? Future.succeededFuture() : open.close();
  }

  void notify(Map<String, Receiver> receivers, Notice notice) {
    String apiUrl = node.members().self().apiUrl();
    receivers.forEach(
        (name, receiver) -> {
          Buffer body = new JsonObject(WebhookPayload.of(notice, name, apiUrl)).toBuffer();
          enqueue(new Job(name, receiver.url(), notice.rule(), body));
        });
  }

  private void enqueue(Job job) {
    ArrayDeque<Job> queue = queues.get(job.receiver());
    if (queue == null) {
      queues.put(job.receiver(), new ArrayDeque<>());
      attempt(job, 1);
    } else if (queue.size() < MAX_WAITING) {
      queue.add(job);
    } else {
      ended(job, "dropped", "too many notices wait for it");
    }
  }

  private void next(String receiver) {
    ArrayDeque<Job> queue = queues.get(receiver);
    Job job = queue == null ? null : queue.poll();
    if (job == null) {
      queues.remove(receiver);
      if (queues.isEmpty()) {
        idle.complete();
        idle = Promise.promise();
      }
    } else {
      attempt(job, 1);
    }
  }

  private void attempt(Job job, int tries) {
    post(job)
        .onComplete(
            status -> {
              if (Delivery.delivered(status)) {
                ended(job, "sent", "status " + status);
                next(job.receiver());
              } else {
                failed(job, tries, "status " + status, Delivery.worthRetry(status));
              }
            },
            failure -> failed(job, tries, failure.toString(), Delivery.usable(job.url())));
  }

  private void failed(Job job, int tries, String cause, boolean worthRetry) {
    if (worthRetry && tries < Delivery.MAX_TRIES && client != null) {
      double random = ThreadLocalRandom.current().nextDouble();
      long unused =
          node.vertx()
              .setTimer(Delivery.delayMs(tries, backoffMs, random), id -> attempt(job, tries + 1));
    } else {
      ended(job, "failed", cause + " tries=" + tries);
      next(job.receiver());
    }
  }

  private void ended(Job job, String result, String detail) {
    node.meters().counter(Meters.NOTIFICATIONS, "result", result).increment();
    if (result.equals("sent")) {
      log.info("notification sent receiver={} rule={}", job.receiver(), job.rule());
    } else {
      log.warn(
          "notification {} receiver={} rule={} cause={}",
          result,
          job.receiver(),
          job.rule(),
          detail);
    }
  }

  /** The status of the answer. Fails when there is none in time. */
  private Future<Integer> post(Job job) {
    HttpClient http = client;
    if (http == null || !Delivery.usable(job.url())) {
      return Future.failedFuture("its URL is none of http or https");
    }
    RequestOptions options;
    try {
      options = new RequestOptions().setMethod(HttpMethod.POST).setAbsoluteURI(job.url());
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
    options
        .setConnectTimeout(timeoutMs)
        .setIdleTimeout(timeoutMs)
        .putHeader("content-type", "application/json")
        .putHeader("user-agent", "hawser");
    return http.request(options)
        .compose(request -> send(request, job.body()))
        .timeout(timeoutMs, TimeUnit.MILLISECONDS);
  }

  private Future<Integer> send(HttpClientRequest request, Buffer body) {
    return request
        .send(body)
        .timeout(timeoutMs, TimeUnit.MILLISECONDS)
        .onFailure(e -> discard(request))
        .map(
            response -> {
              drain(request, response);
              return response.statusCode();
            });
  }

  /** The status decides; what follows it is read and thrown away, for so long. */
  private void drain(HttpClientRequest request, HttpClientResponse response) {
    response.end().timeout(timeoutMs, TimeUnit.MILLISECONDS).onFailure(e -> discard(request));
  }

  private static void discard(HttpClientRequest request) {
    request.reset().onFailure(e -> log.debug("a request was over already", e));
  }
}
