package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.launcher.machine.Ports;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does that has seeds and found none of them. It starts alone, as the first node of a
 * cluster has to; a split that this makes heals when the others can be reached. Only the node that
 * the list of seeds names first does so without a warning. With {@code cluster.require-seeds} it
 * does not start.
 */
final class Seeds {
  private static final Logger log = LoggerFactory.getLogger(Seeds.class);
  private static final int PROBE_MS = 500;
  private static final int MAX_PROBES = 8;

  private final Settings settings;
  private final String own;
  private final List<String> all;

  Seeds(Settings settings) {
    this.settings = settings;
    String host = settings.get(NodeSettings.BIND_HOST);
    this.own = host + ":" + settings.get(NodeSettings.CLUSTER_PORT);
    this.all =
        Arrays.stream(settings.get(NodeSettings.CLUSTER_SEEDS).split(",", -1))
            .map(String::strip)
            .filter(seed -> !seed.isEmpty())
            .toList();
  }

  /**
   * To be called after the join.
   *
   * @param members how many there are now, this node among them
   * @throws StartFailure when the node must not be alone
   */
  void judge(int members) {
    List<String> others = others();
    if (members > 1 || others.isEmpty()) {
      return;
    }
    if (settings.get(NodeSettings.REQUIRE_SEEDS)) {
      throw new StartFailure(
          StartFailure.CLUSTER,
          "None of the cluster's seeds let this node in",
          reasons(others),
          "start one of them first, correct cluster.seeds, or let this node start alone"
              + " with cluster.require-seeds=false");
    }
    if (all.getFirst().equals(own)) {
      log.info("no other seed runs yet, cluster started by its first seed seeds={}", all);
    } else {
      log.warn(
          "no seed answered, node starts a cluster alone node={} seeds={}"
              + " mend=\"start the others; they merge within a minute\"",
          settings.get(NodeSettings.NODE_ID),
          others);
    }
  }

  /** The seeds that are not this node. */
  List<String> others() {
    return all.stream().filter(seed -> !seed.equals(own)).toList();
  }

  private static String reasons(List<String> seeds) {
    return seeds.stream()
        .limit(MAX_PROBES)
        .map(seed -> seed + ": " + reason(seed))
        .collect(Collectors.joining("\n"));
  }

  private static String reason(String seed) {
    return unreachable(seed, PROBE_MS)
        .orElse("answers, but is no member of this cluster: is cluster.name the same there?");
  }

  /** Why nobody can be connected to at a seed; empty when somebody can. */
  static Optional<String> unreachable(String seed, int timeoutMs) {
    int colon = seed.lastIndexOf(':');
    try {
      String host = colon < 0 ? seed : seed.substring(0, colon);
      int port =
          colon < 0
              ? NodeSettings.CLUSTER_PORT.defaultValue()
              : Integer.parseInt(seed.substring(colon + 1));
      return Ports.unreachable(host, port, timeoutMs);
    } catch (NumberFormatException e) {
      return Optional.of("is no host:port");
    }
  }
}
