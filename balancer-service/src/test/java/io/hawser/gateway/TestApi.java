package io.hawser.gateway;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.catalog.Refused;
import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage;
import io.hawser.model.FailoverMessage.AskOutlook;
import io.hawser.model.FailoverMessage.Operated;
import io.hawser.model.FailoverMessage.Outlook;
import io.hawser.model.FailoverMessage.Prediction;
import io.hawser.model.FailoverMessage.Prospect;
import io.hawser.model.FailoverMessage.ServiceOutlook;
import io.hawser.model.FailoverMessage.Verb;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.BeatsTaken;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageOp.Expect;
import io.hawser.testing.Await;
import io.hawser.testing.FakeTime;
import io.hawser.testing.TestNode;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The gateway on a real HTTP server of a node without a cluster, with a registry that believes
 * everything. Each exchange is held against the contract.
 */
final class TestApi implements AutoCloseable {
  static final String API = "/api/v1";

  private final Vertx vertx = Vertx.vertx();
  private final FakeTime time = new FakeTime();
  private final TestNode node;
  private final FakeStorage storage;
  private final HttpServer server;
  private final List<FailoverMessage.Operate> orders = new CopyOnWriteArrayList<>();
  private final List<Beats> beats = new CopyOnWriteArrayList<>();
  private final List<AskPick> picks = new CopyOnWriteArrayList<>();
  private volatile boolean quorate = true;

  TestApi() {
    node = TestNode.on(vertx).time(time.time()).kept(HardStateReplica.KINDS).start();
    Await.result(node.bus().serve(Addresses.REGISTER, node.id(), this::register));
    Await.result(
        node.bus()
            .serve(Addresses.DEREGISTER, node.id(), request -> deregister(request.instance())));
    Await.result(node.bus().serve(Addresses.BEATS, node.id(), this::beats));
    Await.result(node.bus().serve(Addresses.PICK, node.id(), this::pick));
    Await.result(node.bus().serve(Addresses.FAILOVER_OPERATE, node.id(), this::order));
    Await.result(node.bus().serve(Addresses.FAILOVER_OUTLOOK, node.id(), this::outlook));
    storage = FakeStorage.start(vertx, node.bus(), 1, node.id());
    storage.operator(TestApi::operate);
    node.startHardState();
    server = Await.result(listen());
  }

  private Future<HttpServer> listen() {
    Context context = vertx.getOrCreateContext();
    Promise<HttpServer> promise = Promise.promise();
    context.runOnContext(
        v -> {
          Router router = Router.router(vertx);
          router.get("/metrics").handler(TestApi::metrics);
          new GatewayModule().mount(router, node.context());
          vertx
              .createHttpServer(new HttpServerOptions().setMaxInitialLineLength(8 * 1024))
              .requestHandler(router)
              .listen(0, "127.0.0.1")
              .onComplete(promise);
        });
    return promise.future();
  }

  /** Stands in for the node, whose path this is. */
  private static void metrics(RoutingContext routing) {
    routing
        .response()
        .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
        .end("metrics")
        .onFailure(routing::fail);
  }

  private Future<BeatsTaken> beats(Beats message) {
    if (!message.beats().isEmpty()) {
      beats.add(message);
    }
    return Future.succeededFuture(new BeatsTaken(quorate));
  }

  /** Whether the registry hears a majority from now on. */
  void quorate(boolean value) {
    quorate = value;
  }

  /** The balancer prefers what comes last. */
  private Future<Picked> pick(AskPick request) {
    picks.add(request);
    return node.catalog().service(request.service()).instances().reversed().stream()
        .filter(i -> i.routable(time.wallMs()))
        .findFirst()
        .map(i -> Future.succeededFuture(new Picked(i.key())))
        .orElseThrow(() -> new Refused("no-instance", "none takes traffic"));
  }

  /** What the balancer was asked for. */
  List<AskPick> picks() {
    return picks;
  }

  private Future<Registered> register(Register request) {
    FacetKey key = FacetKey.of(Kind.REGISTRATION, request.instance());
    Optional<Registration> old = node.catalog().get(key, Registration.class);
    boolean other =
        old.isPresent() && !old.get().incarnation().equals(request.registration().incarnation());
    if (other && !request.replace()) {
      throw new Refused("instance-conflict", "lives under another incarnation");
    }
    return node.catalog()
        .put(key, request.registration())
        .map(entries -> new Registered(old.isEmpty(), entries));
  }

  private Future<Registered> deregister(InstanceKey instance) {
    FacetKey key = FacetKey.of(Kind.REGISTRATION, instance);
    if (node.catalog().instance(instance).isEmpty()) {
      throw new Refused("unknown-instance", "there is no instance " + instance);
    }
    Future<List<Entry>> gone = node.catalog().delete(key);
    return gone.map(entries -> new Registered(false, entries));
  }

  /** As the contract has it. */
  private static String operate(Operate operate) {
    String schema =
        switch (operate.verb()) {
          case "nodes" -> "StorageNodes";
          case "placement" -> "StoragePlacement";
          case "verify" -> "StorageVerified";
          case "backup" -> "BackupDone";
          default -> "OperationDone";
        };
    return ContractRules.CONTRACT.schema(schema).getJsonArray("examples").getValue(0).toString();
  }

  FakeStorage storage() {
    return storage;
  }

  TestNode node() {
    return node;
  }

  FakeTime time() {
    return time;
  }

  /** The failover manager believes every operator, but for those who want what is not there. */
  private Future<Operated> order(FailoverMessage.Operate order) {
    orders.add(order);
    if (order.candidate().equals("nobody")) {
      throw new Refused("no-candidate", "nobody is neither registered nor a backup");
    }
    boolean moves = order.verb() == Verb.FAILOVER || order.verb() == Verb.SWITCHOVER;
    return Future.succeededFuture(new Operated(moves ? "i1" : ""));
  }

  private Future<Outlook> outlook(AskOutlook question) {
    Prospect prospect = new Prospect("s9", "cold", "");
    ServiceOutlook shop =
        new ServiceOutlook(
            "shop",
            false,
            0,
            Optional.empty(),
            0,
            1,
            List.of(new Prediction("s1", "s9", "", List.of(prospect))));
    return Future.succeededFuture(new Outlook(node.id(), 4, false, List.of(shop)));
  }

  /** What operators ordered of the failover manager. */
  List<FailoverMessage.Operate> orders() {
    return orders;
  }

  /** Stops the server as a node does: what is under way may end. */
  Future<Void> shutdown() {
    return server.shutdown(30, TimeUnit.SECONDS);
  }

  /** Every beat that reached the bus. */
  List<Beat> beats() {
    return beats.stream().flatMap(b -> b.beats().stream()).toList();
  }

  /** How many messages had beats. */
  long beatMessages() {
    return beats.stream().filter(b -> !b.beats().isEmpty()).count();
  }

  /** Registers an instance over HTTP and says how it is. */
  void instance(String service, String id, Health health) {
    Reply reply =
        put("/services/" + service + "/instances/" + id, "{\"host\":\"127.0.0.1\",\"port\":9001}");
    if (reply.status() >= 300) {
      throw new AssertionError(reply);
    }
    verdict(service, id, health);
  }

  void verdict(String service, String id, Health health) {
    InstanceKey key = new InstanceKey(service, id);
    String incarnation = node.catalog().instance(key).orElseThrow().registration().incarnation();
    write(
        FacetKey.of(Kind.VERDICT, key),
        new Verdict(incarnation, health, time.wallMs(), "seen", node.id(), List.of("a check")));
  }

  void write(FacetKey key, Facet value) {
    HardStateReplica hardState = node.context().hardState();
    if (hardState.keeps(key.kind())) {
      Await.result(hardState.store().put(key, value, Expect.ANY, List.of()));
    } else {
      Await.result(node.catalog().put(key, value));
    }
  }

  // ---- HTTP

  Reply get(String path) {
    return send("GET", API + path, Map.of(), "");
  }

  Reply put(String path, String body) {
    return send("PUT", API + path, Map.of(), body);
  }

  Reply post(String path, String body) {
    return send("POST", API + path, Map.of(), body);
  }

  Reply delete(String path) {
    return send("DELETE", API + path, Map.of(), "");
  }

  /** One request on a connection of its own; the path goes out as it is. */
  Reply send(String method, String path, Map<String, String> headers, String body) {
    return send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  Reply send(String method, String path, Map<String, String> headers, byte[] bytes) {
    Map<String, String> all = new HashMap<>(headers);
    if (bytes.length > 0) {
      all.putIfAbsent("Content-Length", Integer.toString(bytes.length));
      all.putIfAbsent("Content-Type", "application/json");
    }
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("\r\n");
    try (Socket socket = connect()) {
      socket.getOutputStream().write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
      Reply reply = Reply.parse(socket.getInputStream().readAllBytes());
      ContractCheck.exchange(method, path, bytes, all.getOrDefault("Content-Type", ""), reply);
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A connection of which reads end after ten seconds. */
  Socket connect() {
    try {
      Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
      socket.setSoTimeout(10_000);
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Await.result(vertx.close());
  }
}
