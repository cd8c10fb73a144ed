package io.hawser.storage.transport;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.model.NodeId;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
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
  private static final int MAX_QUEUED_CALLS = 16_384;
  private static final long MAX_QUEUED_BYTES = 32L * 1024 * 1024;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long WELCOME_MS = 1000;

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

  private final Queue<Call> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedCalls = new AtomicLong();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private volatile State state = State.IDLE;
  private volatile long failedNs = System.nanoTime() - RETRY_NS;

  private record Sent(Call call, long sentNs) {}

  private final Map<Long, Sent> pending = new LinkedHashMap<>();
  private @Nullable NetSocket socket;
  private long lastCall;
  private long heardNs;
  private String lastTrouble = "";

  Link(Transport transport, NodeId peer, Greeting.Channel channel) {
    this.transport = transport;
    this.peer = peer;
    this.channel = channel;
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
    long calls = queuedCalls.incrementAndGet();
    long bytes = queuedBytes.addAndGet(call.body().length());
    if (calls > MAX_QUEUED_CALLS || bytes > MAX_QUEUED_BYTES) {
      taken(call);
      throw new RemotingException("too much waits for " + peer);
    }
    queue.add(call);
    schedule();
  }

  private void taken(Call call) {
    queuedCalls.decrementAndGet();
    queuedBytes.addAndGet(-call.body().length());
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
      case CLOSED -> failQueued("the transport is closed");
      case CONNECTING -> {}
      case IDLE -> {
        if (justFailed()) {
          failQueued(lastTrouble);
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
    if (pending.isEmpty()) {
      heardNs = nowNs;
    }
    Buffer chunk = Buffer.buffer();
    for (Call call = queue.poll(); call != null; call = queue.poll()) {
      taken(call);
      pending.put(++lastCall, new Sent(call, nowNs));
      Frames.append(
          chunk, Frames.REQUEST, lastCall, call.type().number(), call.body().unsafeBytes());
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
            frame -> {
              if (state == State.UP) {
                answered(opened, frame);
              } else {
                transport.vertx().cancelTimer(timer);
                welcomed(opened, frame);
              }
            },
            () -> end(opened, peer + " sent a frame that is too long")));
    send(opened, Frames.text(Frames.GREETING, transport.greeting(peer, channel).toBytes()));
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
      Sent sent = pending.remove(Frames.call(frame));
      if (sent != null) {
        sent.call().answer(message, null);
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
    List<Sent> lost = new ArrayList<>(pending.values());
    pending.clear();
    lost.forEach(sent -> sent.call().answer(null, new RemotingException(why)));
    failQueued(why);
  }

  private void failQueued(String why) {
    for (Call call = queue.poll(); call != null; call = queue.poll()) {
      taken(call);
      call.answer(null, new RemotingException(why));
    }
  }

  /** Gives up what is late, and a connection on which nothing comes back. On the event loop. */
  void sweep(long nowNs) {
    NetSocket open = socket;
    if (open != null && state == State.UP && silent(nowNs)) {
      end(open, peer + " is silent");
    }
    for (Iterator<Sent> it = pending.values().iterator(); it.hasNext(); ) {
      Call call = it.next().call();
      if (call.expired(nowNs)) {
        it.remove();
        call.answer(null, new InvokeTimeoutException("no answer from " + peer));
      }
    }
    queue.removeIf(
        call -> {
          boolean late = call.expired(nowNs);
          if (late) {
            taken(call);
            call.answer(null, new InvokeTimeoutException("could not send to " + peer));
          }
          return late;
        });
  }

  private boolean silent(long nowNs) {
    return !pending.isEmpty()
        && nowNs - heardNs > silenceNs
        && nowNs - pending.values().iterator().next().sentNs() > silenceNs;
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
