package io.hawser.cli.cluster;

import com.sun.net.httpserver.HttpServer;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What a node looks like from outside: its files, and a readiness answer. Run as a process of its
 * own by the tests.
 */
final class FakeNode {
  private FakeNode() {}

  public static void main(String... args) throws Exception {
    Object yaml =
        new Load(LoadSettings.builder().build()).loadFromString(Files.readString(Path.of(args[2])));
    JsonObject root = new JsonObject(Json.encode(yaml));
    if (root.containsKey("die")) {
      System.out.println("I was told to die");
      System.exit(11);
    }
    Path dir = Path.of(root.getJsonObject("data").getString("dir"));
    int port = root.getJsonObject("api").getInteger("port");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext(
        "/health/ready",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    Files.writeString(dir.resolve("pid"), self.pid() + "\n");
    Files.writeString(
        dir.resolve("node.json"),
        new JsonObject().put("pid", self.pid()).put("start", self.start()).encode());
    server.start();
  }
}
