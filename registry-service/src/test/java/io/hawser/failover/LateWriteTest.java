package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Book;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateWriteTest {
  private static final FacetKey ROLE = new FacetKey(Kind.ROLE, "echo", "one");

  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  @Test
  void the_late_write_of_a_deposed_manager_is_refused_and_counted() {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    FakeStore.Seat first = cluster.store.seat(node.catalog());
    FakeStore.Seat second = cluster.store.seat(node.catalog());
    first.start(() -> {});
    second.start(() -> {});
    long term = first.epoch().orElseThrow();
    Commits late = new Commits(first, new Book(), node.meters());
    cluster.store.depose(first);
    assertThat(second.epoch()).isPresent();

    Outcome<Long> outcome =
        await(
            late.write(
                Map.of(ROLE, Optional.of(new RoleRecord(Role.ACTIVE, new Epoch(1), "i", ""))),
                term));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, r -> assertThat(r.code()).isEqualTo("fenced"));
    assertThat(await(second.load()).map(List::size)).isEqualTo(new Outcome.Ok<>(0));
    assertThat(node.meters().counter(Meters.FAILOVER_REFUSED, "reason", "fenced").count())
        .isEqualTo(1);
  }
}
