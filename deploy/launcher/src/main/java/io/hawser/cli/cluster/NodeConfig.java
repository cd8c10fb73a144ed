package io.hawser.cli.cluster;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.node.NodeSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** The configuration file of a node that a command starts: dotted settings in, YAML out. */
public final class NodeConfig {
  /** What a storage node that has stored nothing does. */
  public static final String BOOTSTRAP = "storage.bootstrap";

  /** It founds a cluster, unless it sees one. */
  public static final String NEW = "new";

  private final Map<String, Object> settings = new LinkedHashMap<>();

  /** The settings of a node of its own, with its files in the directory. */
  public static NodeConfig of(String nodeId, Path dataDir, NodePorts ports, String clusterName) {
    NodeConfig config = new NodeConfig();
    config.set(NodeSettings.NODE_ID.name(), nodeId);
    config.set(NodeSettings.DATA_DIR.name(), dataDir.toString());
    config.set(NodeSettings.CLUSTER_NAME.name(), clusterName);
    ports.settings().forEach(config::set);
    return config;
  }

  /**
   * A cluster name that belongs to this directory alone, so that two clusters of a machine never
   * meet.
   */
  public static String clusterName(Path dir) {
    try {
      byte[] path = dir.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(path);
      return "hawser-" + HexFormat.of().formatHex(Arrays.copyOf(hash, 4));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sets a value, over one that is there; lists and maps are kept as they are. */
  public void set(String dottedKey, Object value) {
    settings.put(dottedKey, value);
  }

  /** Says where the other nodes are. */
  public void seeds(List<NodePorts> nodes) {
    set(
        NodeSettings.CLUSTER_SEEDS.name(),
        String.join(",", nodes.stream().map(NodePorts::seed).toList()));
  }

  /** The YAML text. */
  public String yaml(String comment) {
    Map<String, Object> root = new LinkedHashMap<>();
    settings.forEach((key, value) -> nest(root, key, value));
    DumpSettings block = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return "# " + comment + "\n" + new Dump(block).dumpToString(root);
  }

  /** Writes the file, and makes its directory. */
  public void write(Path file, String comment) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, yaml(comment));
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.ENVIRONMENT,
          "cannot write " + file,
          e.toString(),
          "give another directory with --dir");
    }
  }

  @SuppressWarnings("unchecked")
  private static void nest(Map<String, Object> root, String key, Object value) {
    Map<String, Object> at = root;
    String[] parts = key.split("\\.", -1);
    for (int i = 0; i < parts.length - 1; i++) {
      Object inner = at.computeIfAbsent(parts[i], k -> new LinkedHashMap<String, Object>());
      if (!(inner instanceof Map)) {
        throw new CliFailure(
            ExitCode.USAGE,
            "'" + key + "' cannot be set",
            "'" + parts[i] + "' in it has a value of its own",
            "");
      }
      at = (Map<String, Object>) inner;
    }
    at.put(parts[parts.length - 1], value);
  }
}
