package io.hawser.storage.transport;

import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that another node has opened. Requests are read on the server's event loop and
 * handed, in their order, to the executor that their processor asks for; entries of a log to one of
 * the {@link Lanes}, on whose order JRaft's sequence numbers depend. Answers are sent from any
 * thread.
 */
final class Inbound implements Connection {
  private static final Logger log = LoggerFactory.getLogger(Inbound.class);

  private static final long GREETING_MS = 2000;

  private final Transport transport;
  private final NetSocket socket;
  private final Outbox outbox;
  private final Intake intake;
  private final Map<String, Object> attributes = new ConcurrentHashMap<>();
  private final Lanes lanes;
  private @Nullable Greeting greeting;

  /** What it asked and is not begun is left: its node asks again over another one. */
  private volatile boolean ended;

  Inbound(Transport transport, Context context, NetSocket socket) {
    this.transport = transport;
    this.socket = socket;
    Valve valve = new Valve(socket);
    this.outbox = new Outbox(context, socket, valve);
    this.intake = new Intake(context, valve);
    this.lanes = new Lanes("hawser-log-" + transport.self() + "-entries");
  }

  void start() {
    socket.handler(
        Frames.parser(
            () -> greeting == null ? Frames.MAX_GREETING_BYTES : Frames.MAX_BYTES,
            this::read,
            this::close));
    transport.vertx().setTimer(GREETING_MS, none -> awaitGreeting());
    socket.exceptionHandler(e -> close());
    socket.closeHandler(none -> end(true));
  }

  private void awaitGreeting() {
    if (greeting == null && !ended) {
      log.warn("refused a connection from={} why=it says nothing", socket.remoteAddress());
      close();
    }
  }

  Optional<Greeting> greeting() {
    return Optional.ofNullable(greeting);
  }

  private void read(byte[] frame) {
    if (ended) {
      return;
    }
    if (greeting == null) {
      greeted(frame);
      return;
    }
    try {
      dispatch(frame);
    } catch (InvalidProtocolBufferException e) {
      log.warn("closing a connection peer={} why={}", greeting.from(), e.getMessage());
      close();
    }
  }

  private void greeted(byte[] frame) {
    Greeting words = Greeting.parse(frame);
    Optional<String> refusal =
        words == null ? Optional.of("another protocol") : transport.refusal(words);
    if (words == null || refusal.isPresent()) {
      log.warn("refused a connection from={} why={}", socket.remoteAddress(), refusal.orElse(""));
      byte[] reason = refusal.orElse("").getBytes(StandardCharsets.UTF_8);
      socket.write(Frames.text(Frames.REFUSAL, reason)).onComplete(done -> socket.close());
      return;
    }
    greeting = words;
    transport.arrivals().arrived(this, words);
    outbox.add(Frames.text(Frames.WELCOME, new byte[0]));
  }

  private void dispatch(byte[] frame) throws InvalidProtocolBufferException {
    WireMessage type = Frames.type(frame);
    RpcProcessor<Message> processor = transport.processor(type);
    if (frame[0] != Frames.REQUEST || processor == null) {
      throw new InvalidProtocolBufferException("no request: " + type);
    }
    Message request = Frames.message(frame);
    RpcContext context = new Answer(Frames.call(frame));
    Runnable handled = intake.begin(frame.length);
    try {
      executor(processor, request)
          .execute(
              () -> {
                try {
                  if (!ended) {
                    processor.handleRequest(context, request);
                  }
                } finally {
                  handled.run();
                }
              });
    } catch (RuntimeException | AssertionError e) {
      handled.run();
      // The group closes, or its executor is full or stopped.
      log.debug("request not taken type={}", type, e);
      context.sendResponse(
          ErrorResponse.newBuilder()
              .setErrorCode(RaftError.EBUSY.getNumber())
              .setErrorMsg("not taken: " + e.getMessage())
              .build());
    }
  }

  private Executor executor(RpcProcessor<Message> processor, Message request) {
    Optional<Executor> lane =
        request instanceof AppendEntriesRequest append ? lanes.of(append) : Optional.empty();
    return lane.or(() -> Optional.ofNullable(processor.executor())).orElse(transport.workers());
  }

  /**
   * Counts the connection as closed, once. On the server's event loop.
   *
   * @param lost whether its node may be gone, and has not just opened another one
   */
  void end(boolean lost) {
    if (!ended) {
      ended = true;
      lanes.close();
      transport.left(this, lost);
    }
  }

  String remote() {
    return String.valueOf(socket.remoteAddress());
  }

  @Override
  public @Nullable Object getAttribute(String key) {
    return attributes.get(key);
  }

  @Override
  public void setAttribute(String key, Object value) {
    attributes.put(key, value);
  }

  @Override
  public @Nullable Object setAttributeIfAbsent(String key, Object value) {
    return attributes.putIfAbsent(key, value);
  }

  @Override
  public void close() {
    socket.close();
  }

  /** Where the answer to one request goes. */
  private final class Answer implements RpcContext {
    private final long call;

    Answer(long call) {
      this.call = call;
    }

    @Override
    public void sendResponse(Object response) {
      Buffer frame = Buffer.buffer();
      int number = WireMessage.of(response).number();
      Frames.append(frame, Frames.RESPONSE, call, number, ((Message) response).toByteArray());
      outbox.add(frame);
    }

    @Override
    public Connection getConnection() {
      return Inbound.this;
    }

    @Override
    public String getRemoteAddress() {
      return remote();
    }
  }
}
