package io.hawser.storage.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.rpc.RpcContext;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.alipay.sofa.jraft.rpc.RpcRequests.PingRequest;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.SelfSignedCertificate;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransportTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  // Making a key takes seconds on a busy machine.
  private static final SelfSignedCertificate OURS = SelfSignedCertificate.create("localhost");
  private static final SelfSignedCertificate THEIRS = SelfSignedCertificate.create("localhost");

  private final Vertx vertx = Vertx.vertx();
  private final Map<NodeId, Integer> ports = new ConcurrentHashMap<>();
  private final List<Long> heard = new CopyOnWriteArrayList<>();
  private boolean silent;

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void requests_are_answered_in_the_order_in_which_they_were_made() throws RemotingException {
    Transport a = open(A, "c", Optional.empty());
    open(B, "c", Optional.empty());
    List<Future<Object>> answers = new ArrayList<>();
    for (long i = 0; i < 1000; i++) {
      answers.add(ping(a, B, i, 5000));
    }
    Await.result(Future.all(answers));
    assertThat(heard).hasSize(1000).isSorted();
  }

  @Test
  void a_node_of_another_cluster_is_refused() throws RemotingException {
    Transport a = open(A, "one", Optional.empty());
    open(B, "two", Optional.empty());
    assertThat(Await.failure(ping(a, B, 1, 5000))).hasMessageContaining("here is cluster two");
    assertThat(heard).isEmpty();
  }

  @Test
  void a_node_that_is_in_no_cluster_yet_is_let_in() throws RemotingException {
    Transport a = open(A, "", Optional.empty());
    open(B, "two", Optional.empty());
    Await.result(ping(a, B, 1, 5000));
  }

  @Test
  void who_answers_at_the_address_of_another_node_is_not_taken_for_it() throws RemotingException {
    Transport a = open(A, "c", Optional.empty());
    open(B, "c", Optional.empty());
    NodeId gone = new NodeId("gone");
    ports.put(gone, ports.get(B));
    assertThat(Await.failure(ping(a, gone, 1, 5000))).hasMessageContaining("here is b, not gone");
  }

  @Test
  void with_certificates_of_one_authority_nodes_talk() throws RemotingException {
    Transport a = open(A, "c", tls(OURS, OURS));
    open(B, "c", tls(OURS, OURS));
    Await.result(ping(a, B, 1, 5000));
  }

  @Test
  void a_stranger_with_a_certificate_of_its_own_is_refused() throws RemotingException {
    Transport stranger = open(A, "c", tls(THEIRS, OURS));
    open(B, "c", tls(OURS, OURS));
    Await.failure(ping(stranger, B, 1, 5000));
    assertThat(heard).isEmpty();
  }

  @Test
  void a_stranger_without_a_certificate_is_refused() throws RemotingException {
    Transport stranger = open(A, "c", Optional.empty());
    open(B, "c", tls(OURS, OURS));
    Await.failure(ping(stranger, B, 1, 5000));
    assertThat(heard).isEmpty();
  }

  @Test
  void a_call_that_is_not_answered_ends_at_its_deadline() throws RemotingException {
    silent = true;
    Transport a = open(A, "c", Optional.empty());
    open(B, "c", Optional.empty());
    assertThat(Await.failure(ping(a, B, 1, 200))).isInstanceOf(InvokeTimeoutException.class);
  }

  @Test
  void a_node_that_has_gone_refuses_and_one_that_is_there_does_not() {
    Transport a = open(A, "c", Optional.empty());
    Transport b = open(B, "c", Optional.empty());
    assertThat(Await.result(a.refuses(B))).isFalse();
    Await.result(b.close());
    // Who comes while the socket is being closed may still be taken in first.
    Await.until("it refuses", () -> Await.result(a.refuses(B)));
  }

  @Test
  void a_node_that_stalls_does_not_refuse() throws IOException {
    Transport a = open(A, "c", Optional.empty());
    Transport withTls = open(new NodeId("t"), "c", tls(OURS, OURS));
    // Takes connections, as the kernel does for a process that does not run, and says nothing.
    try (ServerSocket stalled = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ports.put(B, stalled.getLocalPort());
      assertThat(Await.result(a.refuses(B))).isFalse();
      assertThat(Await.result(withTls.refuses(B))).isFalse();
    }
    assertThat(Await.result(withTls.refuses(B))).isTrue();
  }

  @Test
  void after_a_restart_with_another_address_calls_go_there() throws RemotingException {
    Transport a = open(A, "c", Optional.empty());
    Transport b = open(B, "c", Optional.empty());
    Await.result(ping(a, B, 1, 5000));
    Await.result(b.close());
    open(B, "c", Optional.empty());
    Await.until(
        "it is reached",
        () -> {
          try {
            Future<Object> answer = ping(a, B, 2, 1000);
            Await.until("it ends", answer::isComplete);
            return answer.succeeded();
          } catch (RemotingException e) {
            return false;
          }
        });
  }

  @Test
  void a_port_that_is_taken_is_told_as_such() {
    Transport a = open(A, "c", Optional.empty());
    TransportConfig same =
        new TransportConfig(
            B, () -> "c", "127.0.0.1", a.port(), Optional.empty(), node -> Optional.empty());
    assertThat(Await.failure(Transport.open(vertx, same, List.of(new Echo()))))
        .isInstanceOf(BindException.class);
  }

  @Test
  void a_closed_connection_is_told_once_with_its_node() {
    Transport a = open(A, "c", Optional.empty());
    Transport b = open(B, "c", Optional.empty());
    List<NodeId> lost = new CopyOnWriteArrayList<>();
    b.onLost(lost::add);
    assertThat(a.link(B, Greeting.Channel.LOG).usable()).isTrue();
    Await.until("it is connected", () -> b.arrivals().count() == 1);
    Await.result(a.close());
    Await.until("it is lost", () -> !lost.isEmpty());
    assertThat(lost).containsExactly(A);
  }

  private static Optional<TransportTls> tls(
      SelfSignedCertificate own, SelfSignedCertificate authority) {
    return Optional.of(
        new TransportTls(own.certificatePath(), own.privateKeyPath(), authority.certificatePath()));
  }

  @CanIgnoreReturnValue
  private Transport open(NodeId node, String cluster, Optional<TransportTls> tls) {
    TransportConfig config =
        new TransportConfig(node, () -> cluster, "127.0.0.1", 0, tls, this::address);
    Transport transport = Await.result(Transport.open(vertx, config, List.of(new Echo())));
    ports.put(node, transport.port());
    return transport;
  }

  private Optional<SocketAddress> address(NodeId node) {
    return Optional.ofNullable(ports.get(node))
        .map(port -> SocketAddress.inetSocketAddress(port, "127.0.0.1"));
  }

  private static Future<Object> ping(Transport from, NodeId to, long number, long timeoutMs)
      throws RemotingException {
    Promise<Object> answer = Promise.promise();
    PingRequest request = PingRequest.newBuilder().setSendTimestamp(number).build();
    Call call =
        new Call(
            WireMessage.PING,
            Blob.wrap(request.toByteArray()),
            System.nanoTime() + timeoutMs * 1_000_000,
            (result, failure) -> {
              if (failure == null) {
                answer.complete(result);
              } else {
                answer.fail(failure);
              }
            },
            Runnable::run);
    from.link(to, Greeting.Channel.LOG).call(call);
    return answer.future();
  }

  /** Notes what it hears, on the server's own thread, and answers unless it is to be silent. */
  private final class Echo implements RpcProcessor<PingRequest> {
    @Override
    public void handleRequest(RpcContext context, PingRequest request) {
      heard.add(request.getSendTimestamp());
      if (!silent) {
        context.sendResponse(ErrorResponse.newBuilder().setErrorCode(0).build());
      }
    }

    @Override
    public String interest() {
      return PingRequest.class.getName();
    }

    @Override
    public java.util.concurrent.Executor executor() {
      return Runnable::run;
    }
  }
}
