package io.hawser.drill.net;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Shell;
import io.hawser.drill.process.Undo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A network of its own for each node, joined by a bridge in one more: the hub, in which the runner
 * stands and from which every node can always be reached. Nothing of it is in the machine's own
 * network. The names carry the run's id.
 *
 * @param size how many nodes there are
 */
public record Namespaces(String runId, int size) {
  private static final String PREFIX = "hawser-";
  private static final String SUBNET = "10.213.7.";

  /** Where the nodes reach what runs in the hub. */
  public static final String HUB_ADDRESS = SUBNET + "254";

  /** Why there can be none here; empty when there can. */
  public static Optional<String> forbidden() {
    Shell.Result id = Shell.run("id", "-u");
    if (!id.output().equals("0")) {
      return Optional.of("network namespaces need root");
    }
    Shell.Result list = Shell.run("ip", "netns", "list");
    if (!list.ok()) {
      return Optional.of("'ip netns list' failed: " + list.output());
    }
    String probe = PREFIX + "probe-" + ProcessHandle.current().pid();
    Shell.Result made = Shell.run("ip", "netns", "add", probe);
    var unused = Shell.run("ip", "netns", "delete", probe);
    return made.ok() ? Optional.empty() : Optional.of("'ip netns add' failed: " + made.output());
  }

  public String hub() {
    return PREFIX + runId + "-hub";
  }

  /** The namespace of node k, from 0. */
  public String name(int k) {
    return PREFIX + runId + "-" + k;
  }

  /** The address of node k. */
  public String address(int k) {
    return SUBNET + (k + 1);
  }

  /** Makes them all. What is made is in the ledger first. */
  public void make(Ledger ledger) {
    namespace(ledger, hub());
    need("ip", "-n", hub(), "link", "add", "br0", "type", "bridge");
    need("ip", "-n", hub(), "address", "add", HUB_ADDRESS + "/24", "dev", "br0");
    need("ip", "-n", hub(), "link", "set", "br0", "up");
    for (int k = 0; k < size; k++) {
      String name = name(k);
      String port = "v" + k;
      namespace(ledger, name);
      need(
          "ip", "-n", hub(), "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
          name);
      need("ip", "-n", hub(), "link", "set", port, "master", "br0", "up");
      need("ip", "-n", name, "address", "add", address(k) + "/24", "dev", "eth0");
      need("ip", "-n", name, "link", "set", "eth0", "up");
    }
  }

  private static void namespace(Ledger ledger, String name) {
    Ledger.Entry unused = ledger.add(new Undo.DropNamespace(name));
    need("ip", "netns", "add", name);
    need("ip", "-n", name, "link", "set", "lo", "up");
  }

  private static void need(String... command) {
    Shell.Result result = Shell.run(command);
    if (!result.ok()) {
      throw new CliFailure(
          ExitCode.REFUSED,
          "not permitted here: " + String.join(" ", command),
          result.output(),
          "run the drill as root on a machine that allows network namespaces");
    }
  }

  /** A command as it has to be started to run in a namespace; its pid stays. */
  public static List<String> within(String namespace, List<String> command) {
    List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    all.addAll(command);
    return all;
  }

  /** Whether one TCP port of a node can be reached from another's namespace. */
  public boolean reaches(int from, int to, int port) {
    // bash's /dev/tcp, since no other prober is everywhere; a black hole fails at once.
    List<String> probe =
        within(
            name(from),
            List.of("timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/" + address(to) + "/" + port));
    return Shell.run(probe.toArray(String[]::new)).ok();
  }

  /** The routes that have to be black holes so that the two groups cannot talk. */
  public List<Undo.Unblock> between(List<Integer> these, List<Integer> those) {
    return these.stream()
        .flatMap(
            a ->
                those.stream()
                    .flatMap(
                        b ->
                            Stream.of(
                                new Undo.Unblock(name(a), address(b) + "/32"),
                                new Undo.Unblock(name(b), address(a) + "/32"))))
        .toList();
  }

  /** Makes a black hole. */
  public static Shell.Result block(Undo.Unblock route) {
    return Shell.run("ip", "-n", route.namespace(), "route", "add", "blackhole", route.address());
  }
}
