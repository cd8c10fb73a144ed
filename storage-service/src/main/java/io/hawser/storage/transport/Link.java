package io.hawser.storage.transport;

import com.alipay.sofa.jraft.error.RemotingException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.model.NodeId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one node for one purpose, shared by all groups: connected when there is
 * something to say, again after a failure, closed when the other side is silent. Calls come from
 * any thread and leave in the order in which they came; each is answered once, at the latest at its
 * deadline. All else belongs to the transport's event loop.
 *
 * <p>JRaft asks {@link #usable} while it holds the lock of a group, so that must not wait.
 */
final class Link {
  private static final Logger log = LoggerFactory.getLogger(Link.class);
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long WELCOME_MS = 1000;
  private static final long ABANDONED_NS = TimeUnit.SECONDS.toNanos(60);

  private enum State {
    IDLE,
    CONNECTING,
    UP,
    CLOSED
  }

  private final Transport transport;
  private final NodeId peer;
  private final Greeting.Channel channel;
  private final long silenceNs;

  private final Backlog backlog;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile State state = State.IDLE;
  private volatile long failedNs = System.nanoTime() - RETRY_NS;

  private final Awaited awaited;
  private @Nullable NetSocket socket;
  private long heardNs;
  private String lastTrouble = "";

  Link(Transport transport, NodeId peer, Greeting.Channel channel) {
    this.transport = transport;
    this.peer = peer;
    this.channel = channel;
    this.backlog = new Backlog(peer);
    this.awaited = new Awaited(peer);
    this.silenceNs = TimeUnit.MILLISECONDS.toNanos(channel == Greeting.Channel.LOG ? 1500 : 10_000);
  }

  /** Whether a call has a chance now; when not connected, starts to connect. Never waits. */
  boolean usable() {
    if (state == State.IDLE) {
      if (justFailed()) {
        return false;
      }
      schedule();
    }
    return state != State.CLOSED;
  }

  /**
   * @throws RemotingException when too much waits already
   */
  void call(Call call) throws RemotingException {
    backlog.add(call);
    schedule();
  }

  private boolean justFailed() {
    return System.nanoTime() - failedNs < RETRY_NS;
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      transport.context().runOnContext(none -> write());
    }
  }

  private void write() {
    scheduled.set(false);
    switch (state) {
      case CLOSED -> backlog.failAll("the transport is closed");
      case CONNECTING -> {}
      case IDLE -> {
        if (justFailed()) {
          backlog.failAll(lastTrouble);
        } else {
          connect();
        }
      }
      case UP -> {
        if (socket != null && !socket.writeQueueFull()) {
          writeQueued(socket);
        }
      }
    }
  }

  private void writeQueued(NetSocket to) {
    long nowNs = System.nanoTime();
    if (awaited.isEmpty()) {
      heardNs = nowNs;
    }
    Buffer chunk = Buffer.buffer();
    while (!awaited.full()) { // an answer goes on
      Call call = backlog.poll();
      if (call == null) {
        break;
      }
      long number = awaited.add(call, nowNs);
      Frames.append(chunk, Frames.REQUEST, number, call.type().number(), call.body().unsafeBytes());
      if (chunk.length() >= CHUNK_BYTES) {
        send(to, chunk);
        chunk = Buffer.buffer();
        if (to.writeQueueFull()) {
          return; // the drain handler goes on
        }
      }
    }
    if (chunk.length() > 0) {
      send(to, chunk);
    }
  }

  private void send(NetSocket to, Buffer bytes) {
    to.write(bytes).onFailure(e -> to.close());
  }

  private void connect() {
    state = State.CONNECTING;
    Optional<SocketAddress> address = transport.address(peer);
    if (address.isEmpty()) {
      down(null, "the address of " + peer + " is not known");
      return;
    }
    transport
        .connect(address.get())
        .onSuccess(this::greet)
        .onFailure(e -> down(null, "cannot reach " + address.get() + ": " + e.getMessage()));
  }

  private void greet(NetSocket opened) {
    if (state != State.CONNECTING) {
      opened.close();
      return;
    }
    socket = opened;
    long timer =
        transport.vertx().setTimer(WELCOME_MS, none -> end(opened, peer + " does not answer"));
    opened.closeHandler(
        none -> {
          transport.vertx().cancelTimer(timer);
          down(opened, peer + " closed the connection");
        });
    opened.exceptionHandler(e -> end(opened, String.valueOf(e.getMessage())));
    opened.drainHandler(none -> schedule());
    opened.handler(
        Frames.parser(
            () -> state == State.UP ? Frames.MAX_BYTES : Frames.MAX_GREETING_BYTES,
            frame -> {
              if (state == State.UP) {
                answered(opened, frame);
              } else {
                transport.vertx().cancelTimer(timer);
                welcomed(opened, frame);
              }
            },
            () -> end(opened, peer + " sent a frame that is too long")));
    try {
      send(opened, Frames.text(Frames.GREETING, transport.greeting(peer, channel).toBytes()));
    } catch (RuntimeException e) {
      end(opened, "cannot greet " + peer + ": " + e);
    }
  }

  private void welcomed(NetSocket from, byte[] frame) {
    if (!from.equals(socket)) {
      return;
    }
    if (frame[0] != Frames.WELCOME) {
      String reason = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
      end(from, peer + " refuses: " + reason);
      return;
    }
    state = State.UP;
    lastTrouble = "";
    heardNs = System.nanoTime();
    log.info("connected node={} peer={} channel={}", transport.self(), peer, channel);
    transport.connected(peer, channel);
    write();
  }

  private void answered(NetSocket from, byte[] frame) {
    if (!from.equals(socket)) {
      return;
    }
    heardNs = System.nanoTime();
    try {
      Object message = Frames.message(frame);
      awaited.answered(Frames.call(frame), message);
      if (!backlog.isEmpty()) {
        schedule();
      }
    } catch (InvalidProtocolBufferException e) {
      end(from, peer + " sent what is no message: " + e.getMessage());
    }
  }

  /** Closes the connection, and counts it as closed at once: a close may wait for a dead peer. */
  private void end(NetSocket which, String why) {
    down(which, why);
    which.close();
  }

  private void down(@Nullable NetSocket which, String why) {
    if (!Objects.equals(which, socket) || state == State.IDLE) {
      return;
    }
    if (!why.equals(lastTrouble) && state != State.CLOSED) {
      log.warn(
          "not connected node={} peer={} channel={} why={}", transport.self(), peer, channel, why);
    }
    lastTrouble = why;
    socket = null;
    failedNs = System.nanoTime();
    if (state != State.CLOSED) {
      state = State.IDLE;
    }
    awaited.failAll(why);
    backlog.failAll(why);
  }

  /** Gives up what is late, and a connection on which nothing comes back. On the event loop. */
  void sweep(long nowNs) {
    NetSocket open = socket;
    if (open != null && state == State.UP && silent(nowNs)) {
      end(open, peer + " is silent");
    }
    awaited.expire(nowNs);
    if (!backlog.isEmpty()) {
      schedule();
    }
    backlog.expire(nowNs);
  }

  private boolean silent(long nowNs) {
    return nowNs - heardNs > silenceNs && awaited.olderThan(nowNs, silenceNs);
  }

  /** Whether the peer has left: nothing was said to it for long, and nobody knows where it is. */
  boolean abandoned(long nowNs) {
    return state == State.IDLE
        && backlog.isEmpty()
        && nowNs - failedNs > ABANDONED_NS
        && transport.address(peer).isEmpty();
  }

  /** On the event loop. */
  void close() {
    state = State.CLOSED;
    NetSocket open = socket;
    down(open, "the transport is closed");
    if (open != null) {
      open.close();
    }
  }
}
