package io.hawser.drill.storage;

import io.hawser.drill.scenario.Scenario;
import java.util.List;

/** The drills of the store. */
public final class StorageDrills {
  private StorageDrills() {}

  public static List<Scenario> all() {
    return List.of(
        new StorageFaults(),
        new StorageGap(),
        new StorageAnswers(),
        new StorageMinority(),
        new StorageGrowth());
  }
}
