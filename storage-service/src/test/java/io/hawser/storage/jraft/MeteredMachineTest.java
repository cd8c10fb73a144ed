package io.hawser.storage.jraft;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.node.Meters;
import io.hawser.storage.log.Committed;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeteredMachineTest {
  @TempDir Path dir;

  @Test
  void what_a_machine_does_shows_in_its_meters_until_they_are_removed() throws IOException {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ReplicaMeters meters = new ReplicaMeters(new Meters(registry), "meta");
    MeteredMachine<String> machine = new MeteredMachine<>(new ListMachine(), meters);
    assertThat(registry.get(Meters.STORAGE_SNAPSHOT_AGE).gauge().value()).isNaN();

    assertThat(machine.apply(List.of(new Committed(1, 1, Buffer.buffer("a"))))).hasSize(1);
    machine.save(dir);

    assertThat(machine.appliedIndex()).isEqualTo(1);
    assertThat(registry.get(Meters.STORAGE_APPLY_SECONDS).tag("group", "meta").timer().count())
        .isEqualTo(1);
    assertThat(registry.get(Meters.STORAGE_SNAPSHOT_SECONDS).timer().count()).isEqualTo(1);
    assertThat(registry.get(Meters.STORAGE_SNAPSHOT_BYTES).gauge().value()).isPositive();
    assertThat(registry.get(Meters.STORAGE_SNAPSHOT_AGE).gauge().value()).isNotNegative();
    meters.remove();
    assertThat(registry.getMeters()).isEmpty();
  }
}
