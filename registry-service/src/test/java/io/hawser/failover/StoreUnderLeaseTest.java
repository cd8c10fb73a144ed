package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.FailoverStore.Change;
import io.hawser.failover.FailoverStore.Stored;
import io.hawser.failover.core.Book;
import io.hawser.model.Facet.Pause;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.service.ServiceContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreUnderLeaseTest {
  private final TestCluster cluster = new TestCluster();
  private final ServiceContext node;

  StoreUnderLeaseTest(@TempDir Path dir) {
    node = cluster.node("node-0", dir, Map.of());
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private StoreUnderLease holding(String holder) {
    StoreUnderLease store =
        new StoreUnderLease(node.vertx(), node.hardState(), new NodeId(holder), 60_000);
    store.start(() -> {});
    until(() -> store.epoch().isPresent());
    return store;
  }

  private static Outcome<Long> pause(StoreUnderLease store, String service, long term) {
    Pause pause = new Pause("why", "me", Long.MAX_VALUE);
    return await(
        store.commit(
            List.of(new Change(Book.pauseKey(service), Optional.of(pause), Book.ABSENT)), term));
  }

  @Test
  void what_a_deposed_manager_has_under_way_is_refused_once_its_successor_has_read() {
    StoreUnderLease first = holding("first");
    long term = first.epoch().orElseThrow();
    Object unused = await(first.load());
    assertThat(pause(first, "a", term)).isInstanceOf(Outcome.Ok.class);
    unused = await(first.close());
    StoreUnderLease next = holding("next");
    assertThat(next.epoch().orElseThrow()).isGreaterThan(term);

    Outcome<List<Stored>> read = await(next.load());
    assertThat(read)
        .isInstanceOfSatisfying(
            Outcome.Ok.class, ok -> assertThat((List<?>) ok.value()).hasSize(1));
    assertThat(pause(first, "b", term))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, refused -> assertThat(refused.code()).isEqualTo("fenced"));
    unused = await(next.close());
  }
}
