package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.launcher.machine.Ports;
import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What can be known to be wrong before anything is started: where the node is to listen. Blocking,
 * for milliseconds.
 */
final class Preflight {
  private static final List<SettingKey<Integer>> ALWAYS =
      List.of(NodeSettings.API_PORT, NodeSettings.BUS_PORT, NodeSettings.CLUSTER_PORT);
  private static final Map<String, SettingKey<Integer>> BY_ROLE =
      Map.of("balancer", NodeSettings.TRAFFIC_PORT, "storage", NodeSettings.RAFT_PORT);

  private final Settings settings;
  private final List<SettingKey<Integer>> ports;

  Preflight(Settings settings) {
    this.settings = settings;
    ports = ports(Modules.named(settings));
  }

  /** The ports that a node with these roles opens. */
  private static List<SettingKey<Integer>> ports(Set<String> roles) {
    List<SettingKey<Integer>> ports = new ArrayList<>(ALWAYS);
    BY_ROLE.forEach(
        (role, port) -> {
          if (roles.isEmpty() || roles.contains(role)) {
            ports.add(port);
          }
        });
    return List.copyOf(ports);
  }

  /**
   * Looks at the address and the ports.
   *
   * @throws StartFailure when the node could not listen there, or should not
   */
  void check() {
    InetAddress host = host();
    requireLoopbackOrInsecure(host);
    requireLocal(host);
    requireDistinctPorts();
    requireFreePorts(host);
  }

  private InetAddress host() {
    String name = settings.get(NodeSettings.BIND_HOST);
    try {
      return InetAddress.getByName(name);
    } catch (UnknownHostException e) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "bind.host is no address: '" + name + "'",
          "no such name is known here",
          "give an address of this machine, such as 127.0.0.1",
          e);
    }
  }

  private void requireLoopbackOrInsecure(InetAddress host) {
    if (!host.isLoopbackAddress() && !settings.get(NodeSettings.INSECURE)) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          "bind.host is " + settings.get(NodeSettings.BIND_HOST) + ", which others can reach",
          "there is neither TLS nor a token to keep them out",
          "bind to 127.0.0.1, or accept it with --set insecure=true");
    }
  }

  private static void requireLocal(InetAddress host) {
    try {
      if (host.isAnyLocalAddress()
          || host.isLoopbackAddress()
          || NetworkInterface.getByInetAddress(host) != null) {
        return;
      }
    } catch (IOException e) {
      // Then opening the ports says what is wrong.
      return;
    }
    throw new StartFailure(
        StartFailure.BAD_SETTINGS,
        "bind.host is " + host.getHostAddress() + ", where this node cannot listen",
        "no network interface of this machine has that address",
        "give one that 'ip address' shows, or 127.0.0.1");
  }

  private void requireDistinctPorts() {
    Map<Integer, String> byPort = new TreeMap<>();
    for (SettingKey<Integer> key : ports) {
      int port = settings.get(key);
      String other = port == 0 ? null : byPort.put(port, key.name());
      if (other != null) {
        throw new StartFailure(
            StartFailure.BAD_SETTINGS,
            other + " and " + key.name() + " are both " + port,
            "each needs a port of its own",
            "change one of them");
      }
    }
  }

  private void requireFreePorts(InetAddress host) {
    List<String> taken = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (SettingKey<Integer> key : ports) {
      int port = settings.get(key);
      Optional<String> refusal = port == 0 ? Optional.empty() : Ports.refusal(host, port);
      refusal.ifPresent(
          why -> {
            taken.add(port + " (" + key.name() + ")");
            reasons.add(port + ": " + why);
          });
    }
    if (!taken.isEmpty()) {
      throw new StartFailure(
          StartFailure.PORT,
          "Cannot listen on port " + String.join(", ", taken),
          String.join("\n", reasons),
          "end that process, or give this node another port with the setting named,"
              + " or with --port-offset where the command has it");
    }
  }
}
