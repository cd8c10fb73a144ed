package io.hawser.drill.scenario;

import java.util.List;
import java.util.Optional;

/** All drills. */
public final class Scenarios {
  private Scenarios() {}

  public static List<Scenario> all() {
    return List.of(
        new KillBackend(),
        new BackendFaults(),
        new KillNodeEach(),
        new RollingRestart(),
        new PartitionCatalog());
  }

  public static Optional<Scenario> named(String name) {
    return all().stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
