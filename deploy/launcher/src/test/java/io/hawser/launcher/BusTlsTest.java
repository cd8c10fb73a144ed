package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bus.Addresses;
import io.hawser.launcher.config.StartFailure;
import io.hawser.model.Event;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.hawser.node.Settings;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes with certificates of one CA, one of another CA, and one without TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BusTlsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofSeconds(20);

  private Path dir = Path.of("");
  private Map<String, String> good = Map.of();
  private Map<String, String> stranger = Map.of();
  private List<BusNode> nodes = List.of();

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    dir = temporary;
    Certificates ours = Certificates.authority(dir.resolve("ours"));
    good = ours.settings("a");
    stranger = Certificates.authority(dir.resolve("theirs")).settings("c");
    nodes =
        BusNode.cluster(
            List.of(good, ours.settings("b"), stranger, Map.of()),
            List.of(List.of(), List.of(), List.of(), List.of()));
    for (BusNode node : nodes) {
      NodeStatus status = new NodeStatus(node.id(), 1, 2, Map.of());
      Await.result(
          node.bus.serve(Addresses.NODE_STATUS, node.id(), q -> Future.succeededFuture(status)));
    }
  }

  @AfterAll
  void stop() {
    nodes.reversed().forEach(BusNode::close);
  }

  private boolean answers(int from, int to) {
    return Await.result(
            nodes
                .get(from)
                .bus
                .request(Addresses.NODE_STATUS, nodes.get(to).id(), new StatusQuery(), TIMEOUT))
        instanceof Outcome.Ok;
  }

  @Test
  void nodes_of_one_authority_talk_and_strangers_neither_speak_nor_hear() {
    Await.until("the two talk", () -> answers(0, 1) && answers(1, 0), SOON);
    for (int outsider : List.of(2, 3)) {
      assertThat(answers(outsider, outsider)).as("it works by itself").isTrue();
      assertThat(answers(outsider, 0)).isFalse();
      assertThat(answers(0, outsider)).isFalse();
    }
    Await.until(
        "the strangers show", () -> nodes.get(0).gauge(Meters.BUS_UNREACHABLE_PEERS) == 2, SOON);
  }

  @Test
  void what_a_stranger_publishes_arrives_nowhere() {
    Set<String> seen = new ConcurrentSkipListSet<>();
    Await.result(nodes.get(0).bus.subscribe(Addresses.EVENTS, event -> seen.add(event.id())));

    Await.until(
        "the friend is heard",
        () -> {
          for (int from : List.of(3, 2, 1)) {
            String id = "of " + from;
            nodes
                .get(from)
                .bus
                .publish(
                    Addresses.EVENTS, new Event(id, 0, nodes.get(from).id(), new NodeJoined("x")));
          }
          return !seen.isEmpty();
        },
        SOON);
    assertThat(answers(2, 0)).isFalse();
    assertThat(answers(3, 0)).isFalse();
    assertThat(seen).containsExactly("of 1");
  }

  @Test
  void a_client_without_a_certificate_is_cut_off() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TrustEverybody()}, new SecureRandom());
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), nodes.get(0).busPort)) {
      socket.setSoTimeout(5_000);
      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() < 0) {
                  throw new IOException("closed by the node");
                }
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  @Test
  void without_the_setting_the_bus_is_in_clear() {
    assertThat(BusTls.apply(Settings.of(Map.of()), new EventBusOptions()).isSsl()).isFalse();
  }

  @Test
  void a_file_that_is_not_named_or_not_there_is_told() {
    assertRefused("bus.tls.key-file", "", "bus.tls.key-file, which is not set");
    assertRefused("bus.tls.ca-file", dir.resolve("none").toString(), "no file that can be read");
  }

  @Test
  void a_file_with_something_else_in_it_is_told() throws IOException {
    String junk = Files.writeString(dir.resolve("junk.pem"), "junk").toString();
    assertRefused("bus.tls.cert-file", junk, "bus.tls.cert-file", "no certificate");
    assertRefused("bus.tls.ca-file", junk, "bus.tls.ca-file", "no certificate");
    assertRefused("bus.tls.key-file", junk, "PKCS#8");
  }

  @Test
  void files_that_do_not_fit_together_are_told() {
    assertRefused(
        "bus.tls.key-file",
        stranger.getOrDefault("bus.tls.key-file", ""),
        "not the one of the certificate");
    assertRefused(
        "bus.tls.ca-file", stranger.getOrDefault("bus.tls.ca-file", ""), "not valid under the CA");
  }

  private void assertRefused(String key, String value, String... why) {
    Map<String, String> settings = new HashMap<>(good);
    settings.put(key, value);
    assertThatThrownBy(() -> BusTls.apply(Settings.of(settings), new EventBusOptions()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll(why)
        .extracting(e -> ((StartFailure) e).exitCode())
        .isEqualTo(StartFailure.BAD_SETTINGS);
  }

  private static final class TrustEverybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
