package io.hawser.cli.cluster;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.launcher.machine.PortHolder;
import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The ports of a node on this machine: the defaults, all moved by the same number. */
public record NodePorts(int offset) {
  /** What the command line takes for an offset. */
  public static final int MAX_OFFSET = 50_000;

  private static final String LOOPBACK = "127.0.0.1";

  public NodePorts {
    if (offset < 0 || offset > MAX_OFFSET) {
      throw new CliFailure(
          ExitCode.USAGE,
          "a port offset is 0 to " + MAX_OFFSET + ", got " + offset,
          "it is added to each port of a node",
          "");
    }
  }

  public int api() {
    return NodeSettings.API_PORT.defaultValue() + offset;
  }

  public int traffic() {
    return NodeSettings.TRAFFIC_PORT.defaultValue() + offset;
  }

  public String apiUrl() {
    return "http://" + LOOPBACK + ":" + api();
  }

  public String trafficUrl() {
    return "http://" + LOOPBACK + ":" + traffic();
  }

  /** Where other nodes find this one. */
  public String seed() {
    return LOOPBACK + ":" + (NodeSettings.CLUSTER_PORT.defaultValue() + offset);
  }

  /** The settings that say so. */
  public Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    for (SettingKey<Integer> key : keys()) {
      settings.put(key.name(), key.defaultValue() + offset);
    }
    return settings;
  }

  private static List<SettingKey<Integer>> keys() {
    return List.of(
        NodeSettings.API_PORT,
        NodeSettings.TRAFFIC_PORT,
        NodeSettings.BUS_PORT,
        NodeSettings.RAFT_PORT,
        NodeSettings.CLUSTER_PORT);
  }

  /**
   * Sees to it that nobody listens on the ports of these nodes.
   *
   * @throws CliFailure naming those that are taken
   */
  public static void requireFree(List<NodePorts> nodes) {
    List<String> taken =
        nodes.stream()
            .flatMap(n -> n.settings().entrySet().stream())
            .filter(e -> taken(((Number) e.getValue()).intValue()))
            .map(e -> e.getValue() + " (" + e.getKey() + holder(e.getValue()) + ")")
            .toList();
    if (!taken.isEmpty()) {
      throw new CliFailure(
          ExitCode.PORT,
          "these ports are in use: " + String.join(", ", taken),
          "another node or program listens there",
          "stop it, or move all ports of this one: --port-offset " + freeOffset(nodes));
    }
  }

  private static String holder(Object port) {
    String holder = PortHolder.describe(((Number) port).intValue());
    return holder.isEmpty() ? "" : ", " + holder;
  }

  /** An offset at which these nodes would find their ports free. */
  private static int freeOffset(List<NodePorts> nodes) {
    int first = nodes.stream().mapToInt(NodePorts::offset).min().orElse(0);
    return Stream.iterate(100, step -> first + step < MAX_OFFSET / 2, step -> step + 100)
        .filter(step -> nodes.stream().noneMatch(n -> new NodePorts(n.offset() + step).anyTaken()))
        .findFirst()
        .map(step -> first + step)
        .orElse(first + 100);
  }

  private boolean anyTaken() {
    return settings().values().stream().anyMatch(port -> taken(((Number) port).intValue()));
  }

  /** Whether somebody listens on the port of the loopback address. */
  public static boolean taken(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
