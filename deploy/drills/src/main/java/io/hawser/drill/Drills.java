package io.hawser.drill;

import io.hawser.drill.scenario.Scenario;
import io.hawser.drill.scenario.Scenarios;
import io.hawser.drill.storage.StorageDrills;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All drills. */
final class Drills {
  private Drills() {}

  static List<Scenario> all() {
    return Stream.concat(Scenarios.all().stream(), StorageDrills.all().stream()).toList();
  }

  static Optional<Scenario> named(String name) {
    return all().stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
