package io.hawser.registry;

import io.hawser.bus.client.RegistryClient;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import java.util.List;

/**
 * The role {@code registry}: takes instances in, watches its share of them, and says which of them
 * work.
 */
public final class RegistryModule implements ServiceModule {
  static final SettingKey<Long> EVICT_AFTER_MS =
      SettingKey.millis(
          "registry.evict-after-ms",
          600_000,
          1_000,
          Long.MAX_VALUE / 1_000_000,
          "How long an instance with a TTL stays registered after it went down");

  static final SettingKey<String> ROSTER =
      SettingKey.text(
          "registry.roster",
          "",
          "Comma-separated ids of the registry nodes that quorums are counted against, all of them;"
              + " empty means those that storage has committed, or that were ever seen");

  @Override
  public String role() {
    return RegistryClient.ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return List.of(EVICT_AFTER_MS, ROSTER);
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    context.readiness().waiting(role(), "subscribing");
    return List.of(Deployment.one(() -> new RegistryVerticle(context)));
  }
}
