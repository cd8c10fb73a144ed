package io.hawser.failover;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.put;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Epoch;
import io.hawser.model.Event;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.Phase;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.Facet.Recovery;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.node.Meters;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole part on a real Vert.x with real processes; the test plays the registry. */
class FailoverModuleTest {
  private static final InstanceKey ONE = new InstanceKey("echo", "one");
  private static final InstanceKey SPARE = new InstanceKey("echo", "spare");
  private static final Map<String, String> FAST =
      Map.of(
          "failover.reconcile-ms", "50",
          "failover.recovery.probation-ms", "0",
          "failover.recovery.backoff-ms", "100",
          "process.templates.sleeper.command.0", "sleep",
          "process.templates.sleeper.command.1", "600");
  private static final DriverRef SLEEPER = new DriverRef("process", Map.of("template", "sleeper"));

  @TempDir Path dir;
  private final TestCluster cluster = new TestCluster();
  private final List<Event.Body> events = new CopyOnWriteArrayList<>();

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private static <T> Map<String, T> with(Map<String, T> base, Map<String, T> more) {
    Map<String, T> all = new java.util.HashMap<>(base);
    all.putAll(more);
    return all;
  }

  private static Registration registration(Role wished) {
    return new Registration(
        "127.0.0.1", 18_104, "life", 1, "", List.of(), Map.of(), wished, 0, List.of(), 0);
  }

  private static Optional<Long> pid(ServiceContext node, InstanceKey instance) {
    return node.catalog()
        .get(FacetKey.of(Kind.PROCESS_OWNER, instance), ProcessOwner.class)
        .map(ProcessOwner::pid)
        .filter(pid -> pid > 0);
  }

  /**
   * Writes what clients and observers would: who has a process is registered, and up as long as it
   * lives.
   */
  private void observe(ServiceContext node, InstanceKey instance, Role wished) {
    long unused =
        cluster.vertx.setPeriodic(
            20,
            id ->
                pid(node, instance)
                    .ifPresent(
                        pid -> {
                          boolean alive =
                              ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
                          verdict(node, instance, wished, alive ? Health.UP : Health.DOWN);
                        }));
  }

  private void verdict(ServiceContext node, InstanceKey instance, Role wished, Health health) {
    if (node.catalog()
        .instance(instance)
        .map(InstanceView::health)
        .filter(health::equals)
        .isEmpty()) {
      long nowMs = node.time().wallMs();
      Verdict verdict =
          new Verdict("life", health, nowMs, "seen", node.members().self().id(), List.of());
      node.catalog()
          .update(
              c ->
                  Map.of(
                      FacetKey.of(Kind.REGISTRATION, instance), Optional.of(registration(wished)),
                      FacetKey.of(Kind.VERDICT, instance), Optional.of(verdict)))
          .onFailure(e -> events.clear());
    }
  }

  private static Optional<Role> role(ServiceContext node, InstanceKey instance) {
    return node.catalog().instance(instance).map(InstanceView::role);
  }

  private static List<Incident> incidents(ServiceContext node) {
    return List.copyOf(node.catalog().all(Kind.INCIDENT, Incident.class).values());
  }

  @Test
  void a_killed_process_is_replaced_by_its_backup_and_comes_back_as_standby() {
    ServiceContext node =
        cluster.node(
            "node-0",
            dir,
            with(
                FAST,
                Map.of(
                    "process.run.0.service", "echo",
                    "process.run.0.id", "one",
                    "process.run.0.template", "sleeper",
                    "process.run.0.port", "18104")));
    Object unused = await(node.events().subscribe(e -> events.add(e.body())));
    put(
        node,
        FacetKey.of(Kind.BACKUP, SPARE),
        new Backup("127.0.0.1", 18_105, BackupMode.COLD, 1, "", Optional.of(SLEEPER)));
    put(node, new FacetKey(Kind.POLICY, "echo", ""), new Policy(Optional.of(SLEEPER), 0));
    List<String> deployments = cluster.deploy(node);
    assertThat(node.readiness().allReady()).isTrue();
    observe(node, ONE, Role.ACTIVE);
    observe(node, SPARE, Role.ACTIVE);
    until(() -> node.catalog().instance(ONE).filter(InstanceView::passing).isPresent());
    long killed = pid(node, ONE).orElseThrow();

    assertThat(ProcessHandle.of(killed).orElseThrow().destroyForcibly()).isTrue();
    until(() -> incidents(node).stream().anyMatch(i -> i.phase() == Phase.CLOSED));

    assertThat(incidents(node)).hasSize(1);
    assertThat(incidents(node).getFirst().recovery()).isEqualTo(Recovery.RECOVERED);
    assertThat(role(node, SPARE)).contains(Role.ACTIVE);
    assertThat(role(node, ONE)).contains(Role.STANDBY);
    assertThat(pid(node, ONE)).isPresent().isNotEqualTo(Optional.of(killed));
    until(() -> events.stream().anyMatch(Event.FailoverFinished.class::isInstance));
    assertThat(events).filteredOn(Event.BackupActivated.class::isInstance).hasSize(1);
    assertThat(cluster.meters.counter(Meters.FAILOVERS, "result", "activated").count())
        .isEqualTo(1);

    long spare = pid(node, SPARE).orElseThrow();
    for (String id : deployments) {
      unused = await(cluster.vertx.undeploy(id));
    }
    assertThat(ProcessHandle.of(spare).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void the_next_manager_goes_on_from_the_record_that_a_dead_one_left() {
    ServiceContext dead = cluster.node("node-0", dir, FAST);
    ServiceContext next = cluster.node("node-1", dir, FAST);
    FakeStore.Seat held = cluster.store.seat(dead.catalog());
    held.start(() -> {});
    List<String> deployed = cluster.deploy(next);
    assertThat(deployed).hasSize(2);
    observe(next, SPARE, Role.ACTIVE);
    put(dead, FacetKey.of(Kind.REGISTRATION, ONE), registration(Role.ACTIVE));
    put(
        dead,
        FacetKey.of(Kind.VERDICT, ONE),
        new Verdict("life", Health.DOWN, 1, "", new NodeId("node-0"), List.of()));
    put(
        dead,
        FacetKey.of(Kind.BACKUP, SPARE),
        new Backup("127.0.0.1", 18_105, BackupMode.COLD, 1, "", Optional.of(SLEEPER)));
    cluster.store.put(
        FacetKey.of(Kind.ROLE, ONE), new RoleRecord(Role.STANDBY, new Epoch(1), "echo-1", ""));
    Incident half =
        new Incident(
            "echo",
            "one",
            "life",
            "",
            Phase.REMOVED,
            "spare",
            List.of(),
            new Epoch(1),
            Recovery.NONE,
            0,
            1,
            List.of(),
            List.of(),
            Optional.empty(),
            0);
    cluster.store.put(new FacetKey(Kind.INCIDENT, "echo", "echo-1"), half);
    until(() -> next.catalog().get(FacetKey.of(Kind.BACKUP, SPARE), Backup.class).isPresent());
    assertThat(incidents(next)).isEmpty();

    cluster.lose("node-0");
    cluster.store.depose(held);
    until(() -> incidents(next).stream().anyMatch(i -> i.phase() == Phase.CLOSED));

    assertThat(incidents(next)).hasSize(1);
    assertThat(incidents(next).getFirst().phase()).isEqualTo(Phase.CLOSED);
    assertThat(role(next, SPARE)).contains(Role.ACTIVE);
  }

  @Test
  void a_warm_backup_is_registered_through_the_registry() {
    ServiceContext node = cluster.node("node-0", dir, FAST);
    Object unused =
        await(
            node.bus()
                .serve(
                    Addresses.REGISTER,
                    new NodeId("registry"),
                    r ->
                        node.catalog()
                            .put(FacetKey.of(Kind.REGISTRATION, r.instance()), r.registration())
                            .map(written -> new Registered(true, written))));
    cluster.join("registry", "registry");
    put(
        node,
        FacetKey.of(Kind.BACKUP, SPARE),
        new Backup("127.0.0.1", 18_106, BackupMode.WARM, 1, "", Optional.empty()));
    List<String> deployed = cluster.deploy(node);
    assertThat(deployed).isNotEmpty();
    verdict(node, ONE, Role.ACTIVE, Health.DOWN);
    until(() -> node.catalog().instance(SPARE).isPresent());

    assertThat(node.catalog().instance(SPARE).map(i -> i.registration().port())).contains(18_106);
    assertThat(role(node, SPARE)).contains(Role.ACTIVE);
    assertThat(role(node, ONE)).contains(Role.STANDBY);
  }

  @Test
  void a_standby_takes_the_place_of_a_deregistered_active() {
    ServiceContext node = cluster.node("node-0", dir, FAST);
    verdict(node, ONE, Role.ACTIVE, Health.UP);
    verdict(node, SPARE, Role.STANDBY, Health.UP);
    until(() -> node.catalog().instance(ONE).filter(InstanceView::passing).isPresent());
    List<String> deployed = cluster.deploy(node);
    assertThat(deployed).isNotEmpty();
    Object unused = await(node.catalog().delete(FacetKey.of(Kind.REGISTRATION, ONE)));
    until(() -> role(node, SPARE).filter(Role.ACTIVE::equals).isPresent());

    assertThat(role(node, SPARE)).contains(Role.ACTIVE);
    assertThat(incidents(node)).extracting(Incident::failed).containsExactly("one");
  }

  @Test
  void the_module_is_found_by_the_service_loader() {
    assertThat(ServiceLoader.load(ServiceModule.class))
        .anyMatch(m -> m instanceof FailoverModule && m.role().equals("failover"));
  }
}
