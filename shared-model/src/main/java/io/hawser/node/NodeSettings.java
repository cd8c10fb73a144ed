package io.hawser.node;

import java.util.List;

/** The settings that every node reads, whatever its roles. */
public final class NodeSettings {
  public static final SettingKey<String> NODE_ID =
      SettingKey.text(
          "node.id", "node-0", "The node's name, unique in the cluster and kept over restarts");
  public static final SettingKey<String> ZONE =
      SettingKey.text(
          "node.zone",
          "default",
          "Where the node stands; instances and nodes of a zone fail together");
  public static final SettingKey<String> ROLES =
      SettingKey.text("node.roles", "", "Comma-separated roles; empty means all that are there");
  public static final SettingKey<String> DATA_DIR =
      SettingKey.text("data.dir", "data", "The node's own directory; made when it is missing");
  public static final SettingKey<String> BIND_HOST =
      SettingKey.text("bind.host", "127.0.0.1", "The address that all ports of the node listen on");
  public static final SettingKey<Boolean> INSECURE =
      SettingKey.flag("insecure", false, "Allows to listen beyond loopback without TLS and tokens");
  public static final SettingKey<Integer> API_PORT =
      SettingKey.integer("api.port", 8500, 0, 65_535, "API, dashboard, metrics and health");
  public static final SettingKey<Integer> TRAFFIC_PORT =
      SettingKey.integer("traffic.port", 8080, 0, 65_535, "Traffic to the services");
  public static final SettingKey<Integer> BUS_PORT =
      SettingKey.integer("bus.port", 7500, 1, 65_535, "The event bus between nodes");
  public static final SettingKey<Integer> RAFT_PORT =
      SettingKey.integer("raft.port", 7600, 0, 65_535, "The logs of storage, between nodes");
  public static final SettingKey<String> CLUSTER_NAME =
      SettingKey.text("cluster.name", "hawser", "Nodes of different cluster names never meet");
  public static final SettingKey<Integer> CLUSTER_PORT =
      SettingKey.integer("cluster.port", 5701, 1, 65_535, "Membership (Hazelcast)");
  public static final SettingKey<String> CLUSTER_SEEDS =
      SettingKey.text(
          "cluster.seeds", "", "Comma-separated host:port of nodes to join; empty means none");
  public static final SettingKey<Boolean> REQUIRE_SEEDS =
      SettingKey.flag(
          "cluster.require-seeds",
          false,
          "Refuses to start when none of the seeds answers, instead of starting a cluster alone");
  public static final SettingKey<Boolean> CLUSTER_STORES =
      SettingKey.flag(
          "cluster.stores",
          true,
          "Some nodes of the cluster keep the store. False, on every node, for a cluster without"
              + " one: no service is exclusive there");
  public static final SettingKey<Long> DRAIN_MS =
      SettingKey.millis(
          "node.drain-ms",
          500,
          0,
          60_000,
          "How long a stopping node goes on to serve after it said so,"
              + " and again after it stopped to listen");
  public static final SettingKey<String> LOG_FORMAT =
      SettingKey.choice(
          "log.format", "plain", List.of("plain", "json"), "How each event of the log is written");
  public static final SettingKey<String> LOG_LEVEL =
      SettingKey.choice(
          "log.level",
          "info",
          List.of("error", "warn", "info", "debug", "trace"),
          "The least that is logged of Hawser itself");
  public static final SettingKey<Long> PARENT_PID =
      SettingKey.millis(
          "node.parent-pid", 0, 0, Long.MAX_VALUE, "Stop when this process ends; 0 means never");

  private NodeSettings() {}

  public static List<SettingKey<?>> all() {
    return List.of(
        NODE_ID,
        ZONE,
        ROLES,
        DATA_DIR,
        BIND_HOST,
        INSECURE,
        API_PORT,
        TRAFFIC_PORT,
        BUS_PORT,
        RAFT_PORT,
        CLUSTER_NAME,
        CLUSTER_PORT,
        CLUSTER_SEEDS,
        REQUIRE_SEEDS,
        CLUSTER_STORES,
        DRAIN_MS,
        LOG_FORMAT,
        LOG_LEVEL,
        PARENT_PID);
  }
}
