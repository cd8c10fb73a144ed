package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Strategy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that come over TLS, and what is written of each request. */
class ProxyTlsTest {
  /** Looks at certificates in the test itself. */
  private static final class TakesAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @TempDir Path dir;
  private Path certificates;
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    certificates = Files.createDirectory(dir.resolve("tls"));
    certificate("default", "first");
    certificate("shop.example", "shop");
    rig =
        new BalancerRig(
            1,
            Map.of(
                "balancer.tls-port", "0",
                "balancer.tls-directory", certificates.toString(),
                "balancer.access-log", dir.resolve("access.log").toString()));
    rig.register("echo", "a", rig.named("a").actualPort());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  private void certificate(String file, String name) throws Exception {
    TestCertificate unused = TestCertificate.make(certificates, file, name);
  }

  private SSLSocket connect(String name) throws Exception {
    return connect(name, "TLSv1.3", "TLSv1.2");
  }

  private SSLSocket connect(String name, String... protocols) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new TakesAll()}, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", rig.node.tlsPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
    parameters.setProtocols(protocols);
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    return socket;
  }

  private static String subject(SSLSocket socket) throws Exception {
    X509Certificate first = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    return first.getSubjectX500Principal().getName();
  }

  private static String get(SSLSocket socket, String host) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("GET /echo/ HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void each_host_has_its_certificate_and_a_request_for_another_host_is_421() throws Exception {
    try (SSLSocket socket = connect("shop.example")) {
      assertThat(subject(socket)).isEqualTo("CN=shop");
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
      assertThat(get(socket, "shop.example:443")).startsWith("HTTP/1.1 200").endsWith("a");
    }
    try (SSLSocket socket = connect("other.example")) {
      assertThat(subject(socket)).isEqualTo("CN=first");
      assertThat(get(socket, "shop.example")).startsWith("HTTP/1.1 421");
    }
  }

  @Test
  void an_answer_that_breaks_off_never_ends_with_a_goodbye() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            });
    rig.register("cut", "a", origin.port());
    try (SSLSocket socket = connect("other.example")) {
      socket
          .getOutputStream()
          .write(
              "GET /cut/ HTTP/1.0\r\nHost: other.example\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
          .isInstanceOf(IOException.class);
    } finally {
      origin.close();
    }
  }

  @Test
  void a_changed_certificate_is_taken_in_while_connections_go_on() throws Exception {
    try (SSLSocket before = connect("other.example")) {
      assertThat(subject(before)).isEqualTo("CN=first");
      certificate("default", "second");
      BalancerRig.until("the new one is served", this::second);
      assertThat(get(before, "other.example")).startsWith("HTTP/1.1 200");
    }
  }

  private boolean second() {
    try (SSLSocket socket = connect("other.example")) {
      return subject(socket).equals("CN=second");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void each_request_is_a_line_of_json_with_the_reason_of_its_failure() throws Exception {
    assertThat(Raw.get(rig.port, "/echo/x?y", "X-Request-Id: mine").status()).isEqualTo(200);
    assertThat(Raw.get(rig.port, "/none").status()).isEqualTo(404);
    Path file = dir.resolve("access.log");
    BalancerRig.until("both are written", () -> lines(file).size() == 2);

    JsonObject ok = new JsonObject(lines(file).getFirst());
    assertThat(ok.getInteger("status")).isEqualTo(200);
    assertThat(ok.getString("service")).isEqualTo("echo");
    assertThat(ok.getString("instance")).isEqualTo("a");
    assertThat(ok.getString("uri")).isEqualTo("/echo/x?y");
    assertThat(ok.getString("id")).isEqualTo("mine");
    assertThat(ok.getLong("bytesOut")).isEqualTo(1);
    assertThat(ok.containsKey("reason")).isFalse();
    assertThat(new JsonObject(lines(file).getLast()).getString("reason"))
        .isEqualTo("unknown-route");
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void the_refusal_of_a_long_upload_is_read_and_nothing_is_reset(String protocol) throws Exception {
    try (SSLSocket socket = connect("other.example", protocol)) {
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      socket
                          .getOutputStream()
                          .write(
                              ("POST /none HTTP/1.1\r\nHost: other.example\r\n"
                                      + "Content-Length: 20000000\r\n\r\n"
                                      + "x".repeat(20_000_000))
                                  .getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                      // TLS 1.2 knows no half-closed connection: then the client may stop by
                      // itself.
                      Thread.onSpinWait();
                    }
                  });

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 404").contains("Connection: close").endsWith("}");
      writer.join();
    }
  }

  @Test
  void a_client_may_go_on_in_a_tunnel_whose_instance_has_ended_its_side() throws Exception {
    CompletableFuture<String> heard = new CompletableFuture<>();
    try (RawOrigin origin =
        new RawOrigin(
            connection -> {
              List<String> unused = connection.head();
              connection.write(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
              connection.socket().shutdownOutput();
              heard.complete(connection.in().readLine());
            })) {
      rig.register("tunnel", "a", origin.port());
      try (SSLSocket socket = connect("other.example")) {
        socket
            .getOutputStream()
            .write(
                ("GET /tunnel/ HTTP/1.1\r\nHost: other.example\r\nUpgrade: x\r\n"
                        + "Connection: upgrade\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .startsWith("HTTP/1.1 101");
        socket.getOutputStream().write("more\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(heard.get(10, TimeUnit.SECONDS)).isEqualTo("more");
      }
    }
  }

  @Test
  void an_affinity_cookie_that_is_set_over_tls_stays_there() throws Exception {
    rig.route("r", "echo", "/sticky", Strategy.TWO_CHOICES, Affinity.COOKIE);
    String plain = Raw.get(rig.port, "/sticky/").header("set-cookie").orElseThrow();
    assertThat(plain).doesNotContain("Secure");
    try (SSLSocket socket = connect("other.example")) {
      socket
          .getOutputStream()
          .write(
              "GET /sticky/ HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("; Secure\r\n");
    }
  }
}
