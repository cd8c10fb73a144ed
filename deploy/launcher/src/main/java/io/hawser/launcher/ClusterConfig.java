package io.hawser.launcher;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.NetworkConfig;
import io.hawser.node.NodeInfo;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.Arrays;
import java.util.Map;

/**
 * How Hazelcast and the event bus are set up. Seeds are named, nothing is multicast; a hang is
 * noticed after 10 s, a split heals 15 s after the network does; nothing is told to anybody
 * outside.
 */
final class ClusterConfig {
  private static final Map<String, String> PROPERTIES =
      Map.ofEntries(
          Map.entry("hazelcast.heartbeat.interval.seconds", "1"),
          Map.entry("hazelcast.max.no.heartbeat.seconds", "10"),
          Map.entry("hazelcast.merge.first.run.delay.seconds", "15"),
          Map.entry("hazelcast.merge.next.run.delay.seconds", "10"),
          Map.entry("hazelcast.wait.seconds.before.join", "0"),
          Map.entry("hazelcast.tcp.join.port.try.count", "1"),
          Map.entry("hazelcast.graceful.shutdown.max.wait", "30"),
          Map.entry("hazelcast.operation.call.timeout.millis", "10000"),
          Map.entry("hazelcast.socket.bind.any", "false"),
          Map.entry("hazelcast.phone.home.enabled", "false"),
          Map.entry("hazelcast.logging.type", "slf4j"),
          Map.entry("hazelcast.logging.emoji.enabled", "false"));

  private ClusterConfig() {}

  static Config hazelcast(Settings settings, NodeInfo self) {
    Config config = new Config();
    vertxMaps(config);
    config.setClusterName(settings.get(NodeSettings.CLUSTER_NAME));
    config.setInstanceName(self.id().value() + "@" + settings.get(NodeSettings.CLUSTER_PORT));
    config.setMemberAttributeConfig(HazelcastMembers.attributes(self));
    config.getJetConfig().setEnabled(false);
    PROPERTIES.forEach(config::setProperty);
    String host = settings.get(NodeSettings.BIND_HOST);
    NetworkConfig network = config.getNetworkConfig();
    network.setPort(settings.get(NodeSettings.CLUSTER_PORT)).setPortAutoIncrement(false);
    network.getInterfaces().setEnabled(!wildcard(host)).clear();
    if (!wildcard(host)) {
      network.getInterfaces().addInterface(host);
    }
    join(settings, host, network.getJoin());
    return config;
  }

  /** The maps that Vert.x's cluster manager keeps, as its own default file has them. */
  private static void vertxMaps(Config config) {
    config
        .getMultiMapConfig("__vertx.subs")
        .setBackupCount(1)
        .setValueCollectionType(ValueCollectionType.SET);
    config.getMapConfig("__vertx.haInfo").setBackupCount(1);
    config.getMapConfig("__vertx.nodeInfo").setBackupCount(1);
  }

  private static void join(Settings settings, String host, JoinConfig join) {
    join.getMulticastConfig().setEnabled(false);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(2);
    join.getTcpIpConfig()
        .addMember(
            (wildcard(host) ? "127.0.0.1" : host) + ":" + settings.get(NodeSettings.CLUSTER_PORT));
    Arrays.stream(settings.get(NodeSettings.CLUSTER_SEEDS).split(",", -1))
        .map(String::strip)
        .filter(seed -> !seed.isEmpty())
        .forEach(seed -> join.getTcpIpConfig().addMember(seed));
  }

  static EventBusOptions eventBus(Settings settings) {
    EventBusOptions options =
        new EventBusOptions()
            .setHost(settings.get(NodeSettings.BIND_HOST))
            .setPort(settings.get(NodeSettings.BUS_PORT))
            .setConnectTimeout(3_000)
            .setClusterPingInterval(5_000)
            .setClusterPingReplyInterval(5_000);
    return BusTls.apply(settings, options);
  }

  static boolean wildcard(String host) {
    return host.equals("0.0.0.0") || host.equals("::");
  }
}
