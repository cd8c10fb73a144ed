package io.hawser.launcher;

import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
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
   * @return the exit code: 0 stopped as it should, 1 failure, 2 bad settings, 11 no cluster, 15 a
   *     service did not start
   */
  public static int run(Optional<Path> configFile, Map<String, String> flags) {
    long start = System.nanoTime();
    // Read before Hazelcast's first class logs anything.
    System.setProperty("hazelcast.logging.type", "slf4j");
    try {
      Modules modules =
          Plugins.addTo(
              Modules.onClassPath(), Plugins.directories(configFile, System.getenv(), flags));
      SettingsLoader loader = new SettingsLoader(modules.settingKeys(), modules.settingTrees());
      Settings settings = loader.load(configFile, System.getenv(), flags);
      RunningNode node = new NodeStarter(settings, modules, VERSION).start();
      log.info(
          "node ready node={} api={} traffic={} roles={} tookMs={}",
          node.services().members().self().id(),
          node.services().members().self().apiUrl(),
          settings.get(NodeSettings.TRAFFIC_PORT),
          node.services().members().self().roles(),
          (System.nanoTime() - start) / 1_000_000);
      awaitStop(node, settings);
      return 0;
    } catch (StartFailure e) {
      log.error("{}", e.getMessage());
      log.debug("start failed", e);
      return e.exitCode();
    }
  }

  private static void awaitStop(RunningNode node, Settings settings) {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook =
        new Thread(
            () -> {
              asked.countDown();
              awaitUninterrupted(stopped);
            },
            "hawser-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    watchParent(settings.get(NodeSettings.PARENT_PID), asked);
    awaitUninterrupted(asked);
    node.stop();
    stopped.countDown();
  }

  private static void watchParent(long pid, CountDownLatch asked) {
    if (pid > 0) {
      ProcessHandle.of(pid)
          .ifPresentOrElse(
              parent -> {
                Object unused = parent.onExit().thenRun(asked::countDown);
              },
              asked::countDown);
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
