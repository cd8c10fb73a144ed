package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.RegistryClient;
import io.hawser.bus.client.hard.HardState;
import io.hawser.failover.core.Book;
import io.hawser.failover.driver.Driver;
import io.hawser.failover.driver.Homes;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Pause;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.hawser.node.Time;
import io.hawser.service.ServiceContext;
import io.hawser.testing.FakeTime;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manager on a bus and a store in memory. Over 300 lines, as each case is a whole story. */
class FailoverManagerTest {
  private static final InstanceKey ONE = new InstanceKey("echo", "one");
  private static final FacetKey SPARE = new FacetKey(Kind.BACKUP, "echo", "spare");

  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private void failing(ServiceContext node) {
    Registration one =
        new Registration(
            "127.0.0.1", 18_104, "life", 1, "", List.of(), Map.of(), Role.ACTIVE, 0, List.of(), 0);
    Verdict down = new Verdict("life", Health.DOWN, 1, "", new NodeId("node-0"), List.of());
    Optional<DriverRef> driver = Optional.of(new DriverRef("any", Map.of()));
    Object unused = await(node.catalog().put(FacetKey.of(Kind.REGISTRATION, ONE), one));
    unused = await(node.catalog().put(FacetKey.of(Kind.VERDICT, ONE), down));
    TestCluster.put(node, SPARE, new Backup("127.0.0.1", 1, BackupMode.COLD, 1, "", driver));
  }

  @Test
  void a_driver_that_throws_is_asked_again_and_does_not_stop_the_service() {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    failing(node);
    AtomicInteger calls = new AtomicInteger();
    Driver driver =
        call -> {
          if (calls.incrementAndGet() == 1) {
            throw new IllegalStateException("a fault in the driver");
          }
          return Future.succeededFuture(new Outcome.Ok<>("runs"));
        };
    manager(node, driver, new AtomicReference<>());
    until(() -> calls.get() >= 2);

    assertThat(calls).hasValueGreaterThanOrEqualTo(2);
  }

  private static Optional<Timer> timer(ServiceContext node, String name, String tag, String value) {
    return Optional.ofNullable(node.meters().registry().find(name).tag(tag, value).timer());
  }

  private static double reserved(ServiceContext node) {
    Gauge gauge =
        node.meters()
            .registry()
            .find(Meters.FAILOVER_POOL)
            .tags("service", "echo", "mode", "cold", "state", "reserved")
            .gauge();
    return gauge == null ? -1 : gauge.value();
  }

  @Test
  void what_the_manager_saw_and_did_is_in_the_meters_of_its_node() {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    failing(node);
    manager(node, call -> Future.succeededFuture(new Outcome.Ok<>("")), new AtomicReference<>());
    until(() -> reserved(node) == 1);

    assertThat(reserved(node)).isEqualTo(1);
    assertThat(timer(node, Meters.FAILOVER_DETECTION_SECONDS, "until", "opened").map(Timer::count))
        .contains(1L);
    assertThat(timer(node, Meters.FAILOVER_STEP_SECONDS, "step", "removed").map(Timer::count))
        .contains(1L);
  }

  @Test
  void that_a_pool_is_short_is_told_once_though_the_manager_reads_again_and_again() {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    failing(node);
    TestCluster.put(node, new FacetKey(Kind.POLICY, "echo", ""), new Policy(Optional.empty(), 3));
    AtomicInteger told = new AtomicInteger();
    Object unused =
        await(
            node.events()
                .subscribe(
                    event -> {
                      if (event.body() instanceof Event.FailoverStep step
                          && step.step().equals("pool-short")) {
                        told.incrementAndGet();
                      }
                    }));
    AtomicInteger ticks = new AtomicInteger();
    long unusedTimer = cluster.vertx.setPeriodic(20, id -> ticks.incrementAndGet());
    cluster.store.refuse(Optional.of("revision-mismatch"));
    manager(node, call -> Future.succeededFuture(new Outcome.Ok<>("")), new AtomicReference<>());
    until(() -> told.get() > 0);
    // It holds the lease, and has nothing to act on for a while.
    cluster.store.blind(Optional.of(node.catalog()));
    int before = ticks.get();
    until(() -> ticks.get() >= before + 10);
    cluster.store.refuse(Optional.empty());
    cluster.store.blind(Optional.empty());
    until(() -> reserved(node) == 1);

    assertThat(reserved(node)).isEqualTo(1);
    assertThat(told).hasValue(1);
  }

  @Test
  void a_store_that_is_full_is_asked_tick_by_tick_and_not_read_again_each_time() {
    ServiceContext node = cluster.node("node-0", dir, Map.of());
    failing(node);
    AtomicReference<FailoverRecords> records = new AtomicReference<>();
    cluster.store.refuse(Optional.of("no-room"));
    manager(node, call -> Future.succeededFuture(new Outcome.Ok<>("")), records);
    until(() -> cluster.store.refused() >= 10);

    assertThat(cluster.store.refused()).isGreaterThanOrEqualTo(10);
    assertThat(cluster.store.loads()).isLessThan(cluster.store.refused() / 2);
    cluster.store.refuse(Optional.empty());
    until(() -> !records.get().book().incidents().isEmpty());
    assertThat(records.get().book().incidents()).isNotEmpty();
  }

  @Test
  void what_was_given_up_as_unknown_and_came_late_is_found() {
    FakeTime time = new FakeTime();
    ServiceContext node = at(time.time(), cluster.node("node-0", dir, Map.of()));
    AtomicReference<FailoverRecords> records = new AtomicReference<>();
    manager(node, call -> Future.failedFuture("nobody is called"), records);
    FacetKey first = Book.pauseKey("first");
    cluster.store.put(first, new Pause("early", "me", Long.MAX_VALUE));
    time.advanceMs(10_000);
    until(() -> has(records, first));
    assertThat(has(records, first)).isTrue();

    FacetKey late = Book.pauseKey("late");
    cluster.store.put(late, new Pause("late", "me", Long.MAX_VALUE));
    time.advanceMs(10_000);
    until(() -> has(records, late));
    assertThat(has(records, late)).isTrue();
  }

  @Test
  void more_left_over_roles_than_one_write_takes_are_deleted_in_several() {
    FakeTime time = new FakeTime();
    ServiceContext node = at(time.time(), cluster.node("node-0", dir, Map.of()));
    for (int i = 0; i < HardState.MAX_WRITES + 6; i++) {
      cluster.store.put(
          new FacetKey(Kind.ROLE, "echo", "gone-" + i),
          new RoleRecord(Role.STANDBY, new Epoch(1), "none", "was one once"));
    }
    AtomicReference<FailoverRecords> records = new AtomicReference<>();
    manager(node, call -> Future.failedFuture("nobody is called"), records);
    until(() -> roles(records) == HardState.MAX_WRITES + 6);
    until(
        () -> {
          time.advanceMs(TimeUnit.DAYS.toMillis(1));
          return roles(records) == 0;
        });

    assertThat(roles(records)).isZero();
  }

  @Test
  void a_pause_that_has_ended_is_deleted_and_one_that_lasts_is_not() {
    FakeTime time = new FakeTime();
    ServiceContext node = at(time.time(), cluster.node("node-0", dir, Map.of()));
    FacetKey ended = Book.pauseKey("ended");
    FacetKey lasting = Book.pauseKey("lasting");
    cluster.store.put(ended, new Pause("why", "me", time.wallMs() + 1_000));
    cluster.store.put(lasting, new Pause("why", "me", Long.MAX_VALUE));
    AtomicReference<FailoverRecords> records = new AtomicReference<>();
    manager(node, call -> Future.failedFuture("nobody is called"), records);
    until(() -> has(records, ended));
    assertThat(has(records, ended)).isTrue();
    time.advanceMs(120_000);
    until(() -> cluster.store.get(ended).isEmpty());

    assertThat(cluster.store.get(ended)).isEmpty();
    assertThat(cluster.store.get(lasting)).isPresent();
  }

  @Test
  void a_guard_of_which_nothing_else_is_left_is_deleted_and_its_epochs_are_not_used_again() {
    FakeTime time = new FakeTime();
    ServiceContext node = at(time.time(), cluster.node("node-0", dir, Map.of()));
    Epoch high = new Epoch(57);
    List<FacetKey> guards = List.of(Book.guardKey("old"), Book.guardKey("older"));
    cluster.store.put(guards.get(0), FailoverGuard.NONE.at(high));
    cluster.store.put(guards.get(1), FailoverGuard.NONE.at(new Epoch(3)));
    manager(node, call -> Future.failedFuture("nobody is called"), new AtomicReference<>());
    until(
        () -> {
          time.advanceMs(TimeUnit.DAYS.toMillis(1));
          return guards.stream().allMatch(guard -> cluster.store.get(guard).isEmpty());
        });
    assertThat(guards).allMatch(guard -> cluster.store.get(guard).isEmpty());

    failing(node);
    until(() -> !incidents(node).isEmpty());
    assertThat(incidents(node)).isNotEmpty().allMatch(i -> i.epoch().newerThan(high));
  }

  private static List<Incident> incidents(ServiceContext node) {
    return List.copyOf(node.catalog().all(Kind.INCIDENT, Incident.class).values());
  }

  @Test
  void a_manager_that_cannot_read_gives_its_lease_to_one_that_can() {
    FakeTime time = new FakeTime();
    ServiceContext old = at(time.time(), cluster.node("node-0", dir.resolve("0"), Map.of()));
    ServiceContext next = at(time.time(), cluster.node("node-1", dir.resolve("1"), Map.of()));
    FacetKey pause = Book.pauseKey("echo");
    cluster.store.put(pause, new Pause("why", "me", Long.MAX_VALUE));
    cluster.store.blind(Optional.of(old.catalog()));
    AtomicReference<FailoverRecords> first = new AtomicReference<>();
    manager(old, call -> Future.failedFuture("nobody is called"), first);
    until(() -> first.get() != null);
    AtomicReference<FailoverRecords> second = new AtomicReference<>();
    manager(next, call -> Future.failedFuture("nobody is called"), second);
    until(
        () -> {
          time.advanceMs(1_000);
          return has(second, pause);
        });

    assertThat(has(second, pause)).isTrue();
    assertThat(has(first, pause)).isFalse();
  }

  private static int roles(AtomicReference<FailoverRecords> records) {
    FailoverRecords known = records.get();
    return known == null ? -1 : known.book().roles("echo").size();
  }

  private static boolean has(AtomicReference<FailoverRecords> records, FacetKey key) {
    FailoverRecords known = records.get();
    return known != null && known.book().get(key, Pause.class).isPresent();
  }

  private static ServiceContext at(Time time, ServiceContext node) {
    return new ServiceContext(
        node.vertx(),
        node.bus(),
        node.members(),
        node.catalog(),
        node.hardState(),
        node.events(),
        node.settings(),
        node.meters(),
        node.readiness(),
        time,
        node.dataDir());
  }

  /** Runs the node's manager, which looks at everything all the time. */
  private void manager(ServiceContext node, Driver driver, AtomicReference<FailoverRecords> made) {
    Context context = cluster.vertx.getOrCreateContext();
    context.runOnContext(
        v -> {
          FailoverRecords records =
              new FailoverRecords(node.catalog(), new Homes(node.catalog(), node.members()));
          records.load();
          FakeStore.Seat seat = cluster.store.seat(node.catalog());
          RegistryClient registry = new RegistryClient(node.bus(), node.members(), node.catalog());
          FailoverManager manager =
              new FailoverManager(
                  node,
                  records,
                  new Commits(seat, records.book(), node.meters()),
                  new Calls(driver, registry, seat),
                  seat);
          seat.start(manager::turned);
          node.catalog().onChange(entries -> records.changed(entries).clear());
          long unused = cluster.vertx.setPeriodic(20, id -> manager.tick());
          made.set(records);
        });
  }
}
