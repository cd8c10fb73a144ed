package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseMandateTest {
  private static final long LONG_MS = 60_000;

  private final TestCluster cluster = new TestCluster();
  private final ServiceContext node;

  LeaseMandateTest(@TempDir Path dir) {
    node = cluster.node("node-0", dir, Map.of());
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private StoreUnderLease holding(String holder) {
    StoreUnderLease store =
        new StoreUnderLease(node.vertx(), node.hardState(), new NodeId(holder), LONG_MS);
    store.start(() -> {});
    until(() -> store.epoch().isPresent());
    return store;
  }

  /** The term of a manager that another one has followed. */
  private long followed() {
    StoreUnderLease first = holding("first");
    long term = first.epoch().orElseThrow();
    Object unused = await(first.close());
    assertThat(holding("next").epoch().orElseThrow()).isGreaterThan(term);
    return term;
  }

  private void refused(Future<Void> check, String code) {
    assertThatThrownBy(() -> await(check))
        .rootCause()
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(code));
    assertThat(node.meters().counter(Meters.FAILOVER_REFUSED, "reason", code).count()).isEqualTo(1);
  }

  /** The store does not say who holds a lease, so many times. */
  private AtomicInteger silent(int times) {
    AtomicInteger asked = new AtomicInteger();
    cluster.storage.fault(
        (storage, request) ->
            request instanceof GetLease && asked.incrementAndGet() <= times
                ? FakeStorage.refuse(new Overloaded(1))
                : Optional.empty());
    return asked;
  }

  @Test
  void who_holds_the_lease_may_ask() {
    long term = holding("first").epoch().orElseThrow();
    Object unused = await(new LeaseMandate(node, LONG_MS).check(term));
    refused(new LeaseMandate(node, LONG_MS).check(term - 1), "deposed");
  }

  @Test
  void a_late_command_is_told_for_one_also_when_the_store_answers_only_after_a_while() {
    long late = followed();
    AtomicInteger asked = silent(20);
    refused(new LeaseMandate(node, LONG_MS).check(late), "deposed");

    assertThat(asked).hasValueGreaterThan(20);
  }

  @Test
  void a_late_command_is_told_for_one_without_the_store_when_a_later_manager_asks() {
    long late = followed();
    AtomicInteger asked = silent(Integer.MAX_VALUE);
    LeaseMandate mandate = new LeaseMandate(node, LONG_MS);
    mandate.asks(late);
    Future<Void> check = mandate.check(late);
    until(() -> asked.get() > 0);
    mandate.asks(late + 1);

    refused(check, "deposed");
  }

  @Test
  void while_the_store_says_nothing_nobody_is_told_for_deposed_who_may_be_the_newest() {
    long term = holding("first").epoch().orElseThrow();
    AtomicInteger unused = silent(Integer.MAX_VALUE);
    LeaseMandate mandate = new LeaseMandate(node, 0);
    mandate.asks(term);

    refused(mandate.check(term), "unsure-of-manager");
  }
}
