package io.hawser.drill.cluster;

import io.hawser.cli.demo.EchoJar;
import io.hawser.drill.process.Spawned;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A backend to start: the echo example.
 *
 * @param api where it registers, separated by commas; empty: nowhere
 */
public record Origin(String service, String id, String host, int port, String api) {
  private static final List<String> JVM =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m");

  Spawned.Command command(Path dir) {
    List<String> line = new ArrayList<>(List.of(NodeCommand.java()));
    line.addAll(jvm());
    line.addAll(
        List.of(
            "--service",
            service,
            "--id",
            id,
            "--host",
            host,
            "--port",
            Integer.toString(port),
            "--api",
            api));
    return new Spawned.Command(id, dir, dir.resolve("origin.log"), line, Map.of(), false);
  }

  private static List<String> jvm() {
    List<String> options = new ArrayList<>(JVM);
    options.addAll(List.of("-jar", EchoJar.find().toString()));
    return options;
  }

  /** The command of a process template from which nodes start such backends. */
  public static List<String> template() {
    List<String> line = new ArrayList<>(List.of("${java}"));
    line.addAll(jvm());
    line.addAll(List.of("--service", "${service}", "--id", "${id}", "--host", "${host}"));
    line.addAll(List.of("--port", "${port}", "--api", "${api}"));
    return line;
  }
}
