package io.hawser.service;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket of HTTP servers that share a port, and how they stop without failing a
 * request: first nobody connects any more, then the connections that are there have had the time
 * for a last answer, then those that are idle end, and the others when they have answered.
 *
 * <p>Vert.x alone ends idle connections before it closes the socket: one that was just accepted
 * would be reset with its first request unread. Thread-safe.
 */
public final class Listener {
  /** The shortest time for an accepted connection to be read from. */
  private static final long MIN_SETTLE_MS = 100;

  private final AtomicReference<@Nullable Channel> socket = new AtomicReference<>();

  /** To be told of each new connection: the socket is known by them. */
  public void connected(HttpConnection connection) {
    if (socket.get() == null) {
      socket.set(((ConnectionBase) connection).channel().parent());
    }
  }

  /**
   * Stops a server.
   *
   * @param settleMs from the end of listening to the end of idle connections
   * @param drainMs from then on, for requests that are not answered yet; they are cut off after it
   */
  public Future<Void> stop(Vertx vertx, HttpServer server, long settleMs, long drainMs) {
    Channel listening = socket.get();
    if (listening == null) {
      // Nobody ever connected.
      return server.shutdown(drainMs, TimeUnit.MILLISECONDS);
    }
    Promise<Void> settled = Promise.promise();
    listening
        .close()
        .addListener(
            closed ->
                vertx.setTimer(Math.max(MIN_SETTLE_MS, settleMs), timer -> settled.complete()));
    return settled.future().compose(v -> server.shutdown(drainMs, TimeUnit.MILLISECONDS));
  }
}
