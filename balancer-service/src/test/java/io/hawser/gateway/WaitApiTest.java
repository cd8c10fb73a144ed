package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Lists that wait for a change. */
class WaitApiTest {
  private static final String LIST = "/services/shop/instances";

  private final TestApi api = new TestApi();
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    api.close();
  }

  private String index(String list) {
    return api.get(list).header("X-Hawser-Index");
  }

  /** Sends a request for which no answer is there yet. */
  private Socket ask(String list, String query) throws IOException {
    Socket socket = api.connect();
    sockets.add(socket);
    String head = "GET " + TestApi.API + list + query + " HTTP/1.1\r\nHost: localhost\r\n";
    String request = head + "Connection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private Socket wait(String list) throws IOException {
    int before = waiting();
    Socket socket = ask(list, "?index=" + index(list) + "&wait=5m");
    Await.until("it waits", () -> waiting() == before + 1);
    return socket;
  }

  private static Reply answer(Socket socket) throws IOException {
    return Reply.parse(socket.getInputStream().readAllBytes());
  }

  private int waiting() {
    return (int) api.node().context().meters().registry().get(Meters.API_WAITERS).gauge().value();
  }

  @Test
  void a_wait_ends_with_the_next_change_of_its_service_and_with_no_other() throws IOException {
    api.instance("shop", "s1", Health.STARTING);
    Socket waiting = wait(LIST);
    Socket unknown = wait("/services/later/instances");
    api.instance("other", "o1", Health.UP);
    api.write(FacetKey.named(Kind.RECEIVER, "ops"), new Receiver("http://a"));
    assertThat(waiting()).isEqualTo(2);

    api.verdict("shop", "s1", Health.UP);
    Reply reply = answer(waiting);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.array()).hasSize(1);
    assertThat(reply.header("X-Hawser-Index")).isEqualTo(index(LIST));
    assertThat(waiting()).isEqualTo(1);

    api.instance("later", "l1", Health.UP);
    assertThat(answer(unknown).status()).isEqualTo(200);
  }

  /** What another node wrote long ago, and what comes here only now. */
  @Test
  void a_late_delta_with_an_older_clock_still_wakes() throws IOException {
    api.instance("shop", "s1", Health.UP);
    Socket waiting = wait(LIST);
    FacetKey key = FacetKey.of(Kind.MAINTENANCE, new InstanceKey("shop", "s1"));
    Maintenance upgrade = new Maintenance("upgrade", "ops", Long.MAX_VALUE);
    Entry late = new Entry(key, Optional.of(upgrade), new Stamp(1, new NodeId("slow")));
    Await.result(api.node().catalog().merge(List.of(late)));

    Reply reply = answer(waiting);
    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.array()).isEmpty();
  }

  @Test
  void one_that_does_not_read_its_answer_holds_nobody_up() throws IOException {
    Socket slow = wait(LIST);
    List<Socket> others = List.of(wait(LIST), wait(LIST));
    for (int i = 0; i < 20; i++) {
      api.instance("shop", "s" + i, Health.UP);
    }

    for (Socket other : others) {
      assertThat(answer(other).status()).isEqualTo(200);
    }
    assertThat(slow.isClosed()).isFalse();
  }

  @Test
  void an_index_that_is_not_the_present_one_is_answered_at_once() {
    api.instance("shop", "s1", Health.STARTING);
    String old = index(LIST);
    api.verdict("shop", "s1", Health.UP);

    assertThat(api.get(LIST + "?wait=5m&index=" + old).array()).hasSize(1);
    assertThat(api.get(LIST + "?wait=5m&index=node-7.abc.1").status()).isEqualTo(200);
    assertThat(api.get(LIST + "?wait=5m").status()).isEqualTo(200);
    assertThat(api.get(LIST + "?wait=0&index=" + index(LIST)).status()).isEqualTo(200);
  }

  @Test
  void a_wait_ends_when_its_time_is_over() throws IOException {
    api.instance("shop", "s1", Health.UP);
    String before = index(LIST);
    Socket waiting = wait(LIST);
    api.time().advanceMs(5 * 60_000);

    Reply reply = answer(waiting);
    assertThat(reply.header("X-Hawser-Index")).isEqualTo(before);
    assertThat(reply.array()).hasSize(1);
  }

  @Test
  void one_who_goes_away_waits_no_longer() throws IOException {
    Socket waiting = wait(LIST);
    waiting.close();

    Await.until("nobody waits", () -> waiting() == 0);
  }

  @Test
  void a_stop_of_the_server_answers_those_who_wait() throws IOException {
    Socket waiting = wait(LIST);
    Await.result(api.shutdown());

    assertThat(answer(waiting).status()).isEqualTo(200);
  }

  @Test
  void each_of_many_is_answered() throws IOException {
    List<Socket> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(wait(LIST));
    }
    api.instance("shop", "s1", Health.UP);

    for (Socket socket : many) {
      assertThat(answer(socket).status()).isEqualTo(200);
    }
  }
}
