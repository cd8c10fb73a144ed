package io.hawser.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.driver.Homes;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.service.ServiceContext;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailoverRecordsTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private static void cold(ServiceContext node, String id, String home) {
    DriverRef driver = new DriverRef("process", Map.of("template", "t", "node", home));
    TestCluster.put(
        node,
        FacetKey.of(Kind.BACKUP, new InstanceKey("shop", id)),
        new Backup("127.0.0.1", 9_000, BackupMode.COLD, 1, "", Optional.of(driver)));
  }

  @Test
  void a_cold_backup_is_away_as_long_as_its_node_is(@TempDir Path dir) {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    cold(node, "here", "node-0");
    cold(node, "there", "node-1");
    FailoverRecords records =
        new FailoverRecords(node.catalog(), new Homes(node.catalog(), node.members()));
    records.load();
    assertThat(records.snapshot("shop").away()).containsOnlyKeys("there");
    assertThat(records.snapshot("shop").away().get("there")).contains("node-1");

    ServiceContext other = cluster.node("node-1", dir, Map.of());
    assertThat(other.members().live()).hasSize(2);
    assertThat(records.snapshot("shop").away()).isEmpty();
  }
}
