package io.hawser.drill.cluster;

import io.hawser.cli.base.Cli;
import io.hawser.drill.net.Namespaces;
import io.hawser.drill.process.Spawned;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of a node: {@code bin/hawser start} where the runner came from there, else a JVM
 * with the runner's own class path. Either way the process that is started becomes the node.
 */
final class NodeCommand {
  private static final List<String> OPENS =
      List.of(
          "--add-exports",
          "java.base/jdk.internal.ref=ALL-UNNAMED",
          "--add-opens",
          "java.base/java.lang=ALL-UNNAMED",
          "--add-opens",
          "java.base/sun.nio.ch=ALL-UNNAMED",
          "--add-opens",
          "java.management/sun.management=ALL-UNNAMED",
          "--add-opens",
          "jdk.management/com.sun.management.internal=ALL-UNNAMED",
          "--enable-native-access=ALL-UNNAMED");

  private NodeCommand() {}

  static Spawned.Command of(ClusterPlan plan, int k) {
    Path dir = plan.dir(k);
    List<String> start = new ArrayList<>(program(plan.jvm()));
    start.addAll(List.of("start", "--config", dir.resolve("hawser.yaml").toString()));
    List<String> line = plan.network().map(n -> Namespaces.within(n.name(k), start)).orElse(start);
    return new Spawned.Command(
        plan.id(k),
        dir,
        dir.resolve("hawser.log"),
        line,
        Map.of("HAWSER_BUILD", "never", "HAWSER_AOT", "use", "HAWSER_JAVA_OPTS", plan.jvm()),
        true);
  }

  private static List<String> program(String jvm) {
    Optional<String> script = Optional.ofNullable(System.getProperty(Cli.SCRIPT_PROPERTY));
    if (script.isPresent()) {
      return List.of(script.get());
    }
    List<String> line = new ArrayList<>(List.of(java()));
    line.addAll(OPENS);
    line.addAll(List.of(jvm.split(" ", -1)));
    line.addAll(List.of("-cp", System.getProperty("java.class.path")));
    line.add("io.hawser.cli.HawserCli");
    return line;
  }

  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
