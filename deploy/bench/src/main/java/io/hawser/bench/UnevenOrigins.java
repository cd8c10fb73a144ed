package io.hawser.bench;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Origins in this process that do not answer alike, and count what they are asked, by the first
 * segment of the path.
 */
final class UnevenOrigins {
  /** What an origin answers, and how many milliseconds that takes. */
  record Answer(int status, int afterMs) {}

  /** How the first of the origins answers, and how all the others do. */
  record Behaviour(Answer first, Answer others) {}

  private final Vertx vertx;
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Map<String, AtomicLongArray> asked = new ConcurrentHashMap<>();
  private final List<Integer> ports = new ArrayList<>();

  UnevenOrigins(Vertx vertx, int count) {
    this.vertx = vertx;
    for (int i = 0; i < count; i++) {
      int origin = i;
      ports.add(
          vertx
              .createHttpServer(new HttpServerOptions().setAcceptBacklog(4_096))
              .requestHandler(request -> answer(request, origin))
              .listen(0, "127.0.0.1")
              .await()
              .actualPort());
    }
  }

  List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** How requests below a segment are answered from now on. */
  void behave(String segment, Behaviour behaviour) {
    asked.put(segment, new AtomicLongArray(ports.size()));
    behaviours.put(segment, behaviour);
  }

  /** How often each was asked below a segment so far. */
  long[] asked(String segment) {
    AtomicLongArray counts = asked.getOrDefault(segment, new AtomicLongArray(ports.size()));
    long[] copy = new long[ports.size()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = counts.get(i);
    }
    return copy;
  }

  private void answer(HttpServerRequest request, int origin) {
    String segment = request.path().split("/", 3)[1];
    Behaviour behaviour = behaviours.get(segment);
    if (behaviour == null) {
      Object unused = request.response().setStatusCode(404).end();
      return;
    }
    long unused = asked.get(segment).incrementAndGet(origin);
    Answer answer = origin == 0 ? behaviour.first() : behaviour.others();
    long unusedTimer =
        vertx.setTimer(
            answer.afterMs(), id -> request.response().setStatusCode(answer.status()).end("ok"));
  }
}
