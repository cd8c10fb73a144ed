package io.hawser.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hawser.examples.echo.Registrar.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RegistrarTest {
  private static final String PATH = "/api/v1/services/echo/instances/echo-1";

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private HttpServer gateway;
  private volatile int toRegister = 201;
  private volatile int toBeat = 204;

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          String path = exchange.getRequestURI().getPath();
          requests.add(exchange.getRequestMethod() + " " + path + " " + body);
          boolean delete = exchange.getRequestMethod().equals("DELETE");
          int status = delete ? 204 : path.endsWith("/heartbeat") ? toBeat : toRegister;
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    gateway.start();
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + gateway.getAddress().getPort());
  }

  private Registrar registrar(URI... gateways) {
    return new Registrar(
        new Gateways(List.of(gateways), Duration.ofSeconds(30)),
        PATH,
        "{\"r\":1}",
        () -> "{\"b\":1}",
        lines::add);
  }

  @Test
  void it_registers_once_then_beats_and_says_so_once() throws Exception {
    Registrar registrar = registrar(url());
    registrar.step();
    registrar.step();
    registrar.step();
    assertThat(requests)
        .containsExactly(
            "PUT " + PATH + " {\"r\":1}",
            "PUT " + PATH + "/heartbeat {\"b\":1}",
            "PUT " + PATH + "/heartbeat {\"b\":1}");
    assertThat(lines).hasSize(1);
  }

  @Test
  void an_unknown_instance_registers_again_in_the_same_step() throws Exception {
    Registrar registrar = registrar(url());
    registrar.step();
    toBeat = 404;
    registrar.step();
    assertThat(requests).last().isEqualTo("PUT " + PATH + " {\"r\":1}");
    assertThat(registrar.state()).isEqualTo(State.MEMBER);
  }

  @Test
  void an_id_held_by_an_earlier_life_is_asked_for_until_it_is_free() throws Exception {
    Registrar registrar = registrar(url());
    toRegister = 409;
    registrar.step();
    registrar.step();
    assertThat(registrar.state()).isEqualTo(State.BLOCKED);
    assertThat(lines).hasSize(1);
    toRegister = 200;
    registrar.step();
    assertThat(registrar.state()).isEqualTo(State.MEMBER);
  }

  @Test
  void a_replaced_instance_does_not_deregister_its_successor() throws Exception {
    Registrar registrar = registrar(url());
    registrar.step();
    toBeat = 409;
    registrar.step();
    registrar.leave();
    assertThat(requests).noneMatch(r -> r.startsWith("DELETE"));
  }

  @Test
  void a_dead_gateway_is_passed_over() throws Exception {
    URI dead = URI.create("http://127.0.0.1:1");
    Registrar registrar = registrar(dead, url());
    registrar.step();
    assertThat(registrar.state()).isEqualTo(State.MEMBER);
  }

  @Test
  void it_lives_through_an_outage_of_all_gateways_and_goes_on_beating() throws Exception {
    Registrar registrar = registrar(url());
    registrar.step();
    int port = gateway.getAddress().getPort();
    gateway.stop(0);
    registrar.step();
    assertThat(registrar.state()).isEqualTo(State.ALONE);
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    gateway.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    gateway.start();
    registrar.step();
    assertThat(registrar.state()).isEqualTo(State.MEMBER);
  }

  @Test
  void leaving_takes_the_registration_back() throws Exception {
    Registrar registrar = registrar(url());
    registrar.step();
    registrar.leave();
    assertThat(requests).last().isEqualTo("DELETE " + PATH + " ");
  }
}
