package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a node in this JVM. */
public final class Node {
  /** The version of this build. */
  public static final String VERSION = "0.1.0";

  private static final Logger log = LoggerFactory.getLogger(Node.class);

  private Node() {}

  /**
   * Starts a node and blocks until it has stopped, which a signal makes it do.
   *
   * @param flags settings by key, over what the environment and the file say
   * @return the exit code: 0 stopped as it should, 1 failure, 2 bad settings, 11 no cluster, 12 a
   *     port is taken, 13 the data directory cannot be used, 15 a service did not start
   */
  public static int run(Optional<Path> configFile, Map<String, String> flags) {
    long start = System.nanoTime();
    // Read before Hazelcast's first class logs anything.
    System.setProperty("hazelcast.logging.type", "slf4j");
    Logs.beforeSettings(System.getenv(), flags);
    try {
      Configuration configuration = Configuration.read(configFile, System.getenv(), flags);
      Settings settings = configuration.settings();
      Logs.configure(settings);
      StopRequest stop =
          new StopRequest().onSignals().onEndOf(settings.get(NodeSettings.PARENT_PID));
      RunningNode node = new NodeStarter(settings, configuration.modules(), VERSION).start();
      log.info(
          "node ready node={} api={} traffic={} roles={} tookMs={}",
          node.services().members().self().id(),
          node.services().members().self().apiUrl(),
          settings.get(NodeSettings.TRAFFIC_PORT),
          node.services().members().self().roles(),
          (System.nanoTime() - start) / 1_000_000);
      stop.await();
      node.stop();
      stop.done();
      return 0;
    } catch (StartFailure e) {
      log.error("node not started exitCode={}: {}", e.exitCode(), e.getMessage());
      log.debug("start failed", e);
      return e.exitCode();
    }
  }
}
