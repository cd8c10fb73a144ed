package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.EndpointState;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.testing.Await;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A balancer, an exclusive service and another one, and a store that comes and goes. */
class ExclusiveProxyTest {
  static final Duration LONG = Duration.ofSeconds(60);
  private static final FakeStorage.Fault NO_ANSWER =
      (node, request) -> FakeStorage.refuse(new Overloaded(1));

  private static Raw.Answer get(BalancerRig rig, String path) {
    try {
      return Raw.get(rig.port, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void awaitStatus(BalancerRig rig, String path, int status) {
    Await.until(path + " is " + status, () -> get(rig, path).status() == status, LONG);
  }

  static void activate(BalancerRig rig, String id, long epoch) throws Exception {
    rig.put(
        FacetKey.of(Kind.ROLE, new InstanceKey("echo", id)),
        new RoleRecord(Role.ACTIVE, new Epoch(epoch), "", ""));
  }

  static void exclusive(BalancerRig rig) throws Exception {
    rig.put(new FacetKey(Kind.POLICY, "echo", ""), new Policy(Optional.empty(), 0, true));
    Await.until(
        "the table knows that it is exclusive",
        () -> rig.node.table().match("h", "/echo/").map(to -> to.pool().exclusive()).orElse(false),
        LONG);
  }

  @Test
  void it_has_no_route_before_somebody_is_made_active() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    try {
      rig.register("echo", "a", rig.named("a").actualPort());
      rig.register("echo", "b", rig.named("b").actualPort());
      exclusive(rig);
      awaitStatus(rig, "/echo/", 503);
      activate(rig, "b", 1);
      Await.until(
          "it is routed to who was made active",
          () -> get(rig, "/echo/").header("hawser-instance").equals(Optional.of("b")),
          LONG);
    } finally {
      rig.close();
    }
  }

  @Test
  void it_has_no_route_once_its_role_is_not_confirmed_any_more_and_others_have() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    try {
      rig.register("echo", "a", rig.named("a").actualPort());
      rig.register("other", "o", rig.named("o").actualPort());
      exclusive(rig);
      activate(rig, "a", 1);
      awaitStatus(rig, "/echo/", 200);
      rig.storage.fault(NO_ANSWER);
      awaitStatus(rig, "/echo/", 503);
      assertThat(get(rig, "/echo/").header("hawser-error")).contains("role-unconfirmed");
      assertThat(get(rig, "/other/").status()).isEqualTo(200);
      rig.storage.heal();
      awaitStatus(rig, "/echo/", 200);
    } finally {
      rig.close();
    }
  }

  @Test
  void nothing_is_sent_on_a_connection_that_comes_when_the_role_has_lapsed() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    AtomicInteger asked = new AtomicInteger();
    try {
      HttpServer origin =
          rig.origin(
              request -> {
                asked.incrementAndGet();
                request.response().end("a").onFailure(e -> {});
              });
      rig.register("echo", "a", origin.actualPort());
      exclusive(rig);
      activate(rig, "a", 1);
      awaitStatus(rig, "/echo/", 200);
      EndpointState state =
          rig.node.table().match("h", "/echo/").orElseThrow().pool().open().getFirst().state();
      int before = asked.get();
      rig.aheadNs = () -> state.active() > 0 ? 2 * RoleTerm.NS : 0;
      assertThat(get(rig, "/echo/").status()).isEqualTo(503);
      assertThat(asked).hasValue(before);
      rig.aheadNs = () -> 0;
      awaitStatus(rig, "/echo/", 200);
    } finally {
      rig.close();
    }
  }

  @Test
  void before_the_records_have_come_once_any_service_may_be_exclusive() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of(), NO_ANSWER);
    try {
      rig.announce("echo", "a", rig.named("a").actualPort(), 1, Role.ACTIVE);
      awaitStatus(rig, "/echo/", 503);
      assertThat(get(rig, "/echo/").header("hawser-error")).contains("role-unconfirmed");
      rig.storage.heal();
      awaitStatus(rig, "/echo/", 200);
    } finally {
      rig.close();
    }
  }

  /** An origin that grants upgrades and reads for ever; completes with how much came. */
  static RawOrigin reader(CompletableFuture<Integer> read) throws IOException {
    return new RawOrigin(
        connection -> {
          List<String> head = connection.head();
          if (head.stream().anyMatch(line -> line.startsWith("Upgrade"))) {
            connection.write(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
          } else if (head.getFirst().startsWith("GET")) {
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            return;
          }
          int count = 0;
          try {
            while (connection.in().read() >= 0) {
              count++;
            }
          } finally {
            read.complete(count);
          }
        });
  }

  static boolean ends(Raw raw) throws IOException {
    raw.socket.setSoTimeout(20_000);
    try {
      return raw.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Test
  void a_tunnel_ends_when_its_role_is_not_confirmed_any_more() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    CompletableFuture<Integer> read = new CompletableFuture<>();
    try (RawOrigin origin = reader(read)) {
      rig.register("echo", "a", origin.port());
      exclusive(rig);
      activate(rig, "a", 1);
      awaitStatus(rig, "/echo/", 200);
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        rig.storage.fault(NO_ANSWER);

        assertThat(ends(raw)).isTrue();
        assertThat(read.get(10, TimeUnit.SECONDS)).isZero();
      }
    } finally {
      rig.close();
    }
  }

  @Test
  void a_tunnel_ends_when_another_is_made_active() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    try (RawOrigin origin = reader(new CompletableFuture<>())) {
      rig.register("echo", "a", origin.port());
      rig.register("echo", "b", rig.named("b").actualPort());
      exclusive(rig);
      activate(rig, "a", 1);
      awaitStatus(rig, "/echo/", 200);
      try (Raw raw = new Raw(rig.port)) {
        raw.send("GET", "/echo/", "Upgrade: x", "Connection: upgrade");
        assertThat(raw.answer(true).status()).isEqualTo(101);
        activate(rig, "b", 2);

        assertThat(ends(raw)).isTrue();
      }
    } finally {
      rig.close();
    }
  }

  @Test
  void an_upload_is_not_sent_to_its_end_when_its_role_has_lapsed() throws Exception {
    BalancerRig rig = new BalancerRig(1, Map.of());
    CompletableFuture<Integer> read = new CompletableFuture<>();
    try (RawOrigin origin = reader(read)) {
      rig.register("echo", "a", origin.port());
      exclusive(rig);
      activate(rig, "a", 1);
      awaitStatus(rig, "/echo/", 200);
      try (Raw raw = new Raw(rig.port)) {
        raw.send("POST", "/echo/", "Content-Length: 10").text("12345");
        rig.storage.fault(NO_ANSWER);

        Raw.Answer answer = raw.answer(false);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.header("hawser-error")).contains("role-unconfirmed");
        assertThat(read.get(10, TimeUnit.SECONDS)).isLessThan(10);
      }
    } finally {
      rig.close();
    }
  }
}
