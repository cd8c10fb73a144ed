package io.hawser.drill.scenario;

import java.util.List;

/** The drills of services and nodes. */
public final class Scenarios {
  private Scenarios() {}

  public static List<Scenario> all() {
    return List.of(
        new KillBackend(),
        new FailoverTimes(),
        new ManagerKilled(),
        new PartitionFailover(),
        new DeposedManager(),
        new OwnerKilled(),
        new FailoverTroubles(),
        new BackendFaults(),
        new KillNodeEach(),
        new RollingRestart(),
        new PartitionCatalog(),
        new KilledCatalog(),
        new Detection(),
        new QuietDetection(),
        new PartitionDetection());
  }
}
