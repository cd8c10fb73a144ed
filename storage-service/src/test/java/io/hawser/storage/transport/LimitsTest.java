package io.hawser.storage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a peer that is slow, silent or wrong can make a transport hold. */
class LimitsTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final int MIB = 1024 * 1024;

  private final Vertx vertx = Vertx.vertx();
  private final Map<NodeId, Integer> ports = new ConcurrentHashMap<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Runnable meanwhile = () -> {};

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void who_connects_and_says_nothing_is_dropped() {
    Promise<Void> closed = Promise.promise();
    NetSocket stranger = connect(open(B));
    stranger.closeHandler(closed::complete);
    Await.result(closed.future());
  }

  @Test
  void a_long_greeting_is_not_read() {
    Promise<Void> closed = Promise.promise();
    NetSocket stranger = connect(open(B));
    stranger.closeHandler(closed::complete);
    Await.result(stranger.write(Buffer.buffer().appendInt(Frames.MAX_GREETING_BYTES + 1)));
    Await.result(closed.future());
  }

  @Test
  void requests_that_are_not_handled_stop_the_reading() {
    Transport a = open(A);
    open(B);
    List<Future<Object>> answers = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      answers.add(append(a, 4 * MIB, Runnable::run));
    }
    Await.until("the limit is passed", () -> tasks.size() == 4);
    while (!answers.stream().allMatch(Future::isComplete)) {
      assertThat(tasks).hasSizeLessThanOrEqualTo(4);
      Runnable task = tasks.poll();
      if (task != null) {
        task.run();
      }
    }
    assertThat(answers).allMatch(Future::succeeded);
  }

  @Test
  void what_is_sent_counts_until_it_is_answered() {
    Awaited awaited = new Awaited(B);
    long number = 0;
    for (int i = 0; i < Awaited.MAX_BYTES / MIB; i++) {
      assertThat(awaited.full()).isFalse();
      number = awaited.add(call(Blob.wrap(new byte[MIB]), Promise.promise(), Runnable::run), 0);
    }
    assertThat(awaited.full()).isTrue();
    awaited.answered(number, ErrorResponse.getDefaultInstance());
    assertThat(awaited.full()).isFalse();
    awaited.failAll("gone");
    assertThat(awaited.isEmpty()).isTrue();
  }

  @Test
  void an_answer_is_given_also_when_its_executor_is_full() {
    Transport a = open(A);
    open(B);
    Future<Object> answer =
        append(
            a,
            1,
            task -> {
              throw new RejectedExecutionException("full");
            });
    Await.until("it is heard", () -> !tasks.isEmpty());
    tasks.remove().run();
    Await.result(answer);
  }

  @Test
  void what_a_closed_connection_had_asked_is_begun_no_more() {
    Transport a = open(A);
    Transport b = open(B);
    List<NodeId> lost = new CopyOnWriteArrayList<>();
    b.onLost(lost::add);
    List<Future<Object>> answers =
        List.of(append(a, 1, Runnable::run), append(a, 1, Runnable::run));
    Await.until("both wait", () -> tasks.size() == 2);
    meanwhile =
        () -> {
          Await.result(a.close());
          Await.until("it is lost", () -> !lost.isEmpty());
        };
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(events).containsExactly("a begins", "a ends");
    assertThat(answers).allMatch(Future::failed);
  }

  @Test
  void who_comes_back_does_not_wait_for_what_the_old_connection_had_asked() {
    Transport a = open(A);
    open(B);
    Future<Object> first = append(a, 1, Runnable::run);
    Await.until("it waits", () -> !tasks.isEmpty());
    List<Future<Object>> second = new ArrayList<>();
    meanwhile =
        () -> {
          meanwhile = () -> {};
          Await.result(a.close());
          second.add(append(open(A), 1, Runnable::run));
          Await.until("the new one is heard", () -> !tasks.isEmpty());
          tasks.remove().run();
          Await.result(second.getFirst());
        };
    tasks.remove().run();
    assertThat(events).containsExactly("a begins", "a begins", "a ends", "a ends");
    assertThat(first.failed()).isTrue();
  }

  @Test
  void an_address_that_cannot_be_looked_up_is_looked_up_again() {
    Transport b = open(B);
    AtomicBoolean broken = new AtomicBoolean(true);
    Transport a =
        open(
            A,
            node -> {
              if (broken.get()) {
                throw new IllegalStateException("no roster");
              }
              return address(node);
            });
    Link link = a.link(B, Greeting.Channel.LOG);
    assertThat(link.usable()).isTrue();
    Await.until("it has failed", () -> !link.usable());
    broken.set(false);
    Await.until("it is connected", () -> link.usable() && b.arrivals().count() == 1);
  }

  private NetSocket connect(Transport to) {
    return Await.result(vertx.createNetClient().connect(to.port(), "127.0.0.1"));
  }

  @CanIgnoreReturnValue
  private Transport open(NodeId node) {
    return open(node, this::address);
  }

  private Transport open(NodeId node, Function<NodeId, Optional<SocketAddress>> addresses) {
    TransportConfig config =
        new TransportConfig(node, () -> "c", "127.0.0.1", 0, Optional.empty(), addresses);
    Transport transport = Await.result(Transport.open(vertx, config, List.of(new Slow())));
    ports.put(node, transport.port());
    return transport;
  }

  private Optional<SocketAddress> address(NodeId node) {
    return Optional.ofNullable(ports.get(node))
        .map(port -> SocketAddress.inetSocketAddress(port, "127.0.0.1"));
  }

  private static Future<Object> append(Transport from, int bytes, Executor executor) {
    Message request =
        AppendEntriesRequest.newBuilder()
            .setGroupId("g")
            .setServerId(from.self() + ":1")
            .setPeerId("b:1")
            .setTerm(1)
            .setPrevLogTerm(0)
            .setPrevLogIndex(0)
            .setCommittedIndex(0)
            .setData(ByteString.copyFrom(new byte[bytes]))
            .build();
    Promise<Object> answer = Promise.promise();
    Blob body = Blob.wrap(request.toByteArray());
    try {
      from.link(B, Greeting.Channel.LOG).call(call(body, answer, executor));
    } catch (RemotingException e) {
      answer.fail(e);
    }
    return answer.future();
  }

  private static Call call(Blob body, Promise<Object> answer, Executor executor) {
    InvokeCallbackOn callback = new InvokeCallbackOn(answer, executor);
    long deadlineNs = System.nanoTime() + 60_000_000_000L;
    return new Call(WireMessage.APPEND_ENTRIES, body, deadlineNs, callback, Runnable::run);
  }

  private record InvokeCallbackOn(Promise<Object> answer, Executor executor)
      implements InvokeCallback {
    @Override
    public void complete(Object result, Throwable failure) {
      if (failure == null) {
        answer.complete(result);
      } else {
        answer.fail(failure);
      }
    }
  }

  /** Keeps what it is to do until the test does it. */
  private final class Slow implements RpcProcessor<AppendEntriesRequest> {
    @Override
    public void handleRequest(RpcContext context, AppendEntriesRequest request) {
      String from = request.getServerId().replace(":1", "");
      events.add(from + " begins");
      meanwhile.run();
      context.sendResponse(ErrorResponse.newBuilder().setErrorCode(0).build());
      events.add(from + " ends");
    }

    @Override
    public String interest() {
      return AppendEntriesRequest.class.getName();
    }

    @Override
    public Executor executor() {
      return tasks::add;
    }
  }
}
