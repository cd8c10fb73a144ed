package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.testing.Await;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the network does that the runs rely on. */
class FaultyNetTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");

  private final Vertx vertx = Vertx.vertx();
  private final List<String> arrived = new CopyOnWriteArrayList<>();
  private final AtomicInteger port = new AtomicInteger();
  private final FaultyNet net = new FaultyNet(vertx, 5, node -> Optional.of(port.get()));

  @BeforeEach
  void begin() {
    NetServer server = vertx.createNetServer().connectHandler(this::answer);
    port.set(Await.result(server.listen(0, "127.0.0.1")).actualPort());
    net.join(A);
    net.join(B);
  }

  @AfterEach
  void end() {
    Await.result(vertx.close().map(v -> true));
  }

  /** Each node notes what comes, and answers it. */
  private void answer(NetSocket socket) {
    socket.handler(
        bytes -> {
          arrived.add(bytes.toString());
          var unused = socket.write(bytes);
        });
  }

  private NetSocket connect() {
    SocketAddress there = net.address(A, B).orElseThrow();
    return Await.result(vertx.createNetClient().connect(there));
  }

  private static void send(NetSocket socket, String text) {
    Await.result(socket.write(text).map(v -> true));
  }

  @Test
  void what_is_dropped_is_lost_with_its_connection_and_what_it_asked_for_may_be_done() {
    net.drop(0.5);
    AtomicInteger unheard = new AtomicInteger();
    for (int i = 0; i < 20; i++) {
      NetSocket socket = connect();
      List<String> answers = new CopyOnWriteArrayList<>();
      Promise<Boolean> ended = Promise.promise();
      socket.handler(bytes -> answers.add(bytes.toString()));
      socket.closeHandler(v -> ended.complete(true));
      String text = "request " + i;
      send(socket, text);
      Await.until(
          "it is answered or the connection breaks",
          () -> !answers.isEmpty() || ended.future().isComplete());
      if (answers.isEmpty() && arrived.contains(text)) {
        unheard.incrementAndGet();
      }
    }

    assertThat(arrived).as("requests are lost").hasSizeBetween(1, 19);
    assertThat(unheard).as("answers are lost").hasPositiveValue();
  }

  @Test
  void what_a_connection_still_carries_may_come_behind_what_the_next_one_carries() {
    net.disturb(50, 0);
    net.reorder(200);
    int before = 0;
    for (int i = 0; i < 20; i++) {
      String first = "first " + i;
      String second = "second " + i;
      NetSocket given = connect();
      Promise<Boolean> through = Promise.promise();
      given.handler(bytes -> through.tryComplete(true));
      send(given, "is there a way?");
      Await.result(through.future());
      send(given, first);
      Await.result(given.close().map(v -> true));
      NetSocket next = connect();
      send(next, second);
      Await.until("both are there", () -> arrived.containsAll(List.of(first, second)));
      before += arrived.indexOf(first) < arrived.indexOf(second) ? 1 : 0;
    }

    assertThat(before).isBetween(1, 19);
  }
}
