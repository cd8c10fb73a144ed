package io.hawser.failover.process;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.catalog.Refused;
import io.hawser.failover.TestCluster;
import io.hawser.failover.process.ChildWork.Seen;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.node.ProcessIdentity;
import io.hawser.node.ProcessIdentity.State;
import io.hawser.service.ServiceContext;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * On real processes: {@code sleep}, and {@code sh} where the test has to see into the child. Over
 * 300 lines, as all cases need one table and its children.
 */
class ProcessTableTest {
  private static final InstanceKey ONE = new InstanceKey("echo", "one");
  private static final FacetKey OWNER = FacetKey.of(Kind.PROCESS_OWNER, ONE);
  private static final Map<String, Template> TEMPLATES =
      Template.read(
          Map.ofEntries(
              Map.entry("sleeper.command.0", "sleep"),
              Map.entry("sleeper.command.1", "600"),
              Map.entry("teller.command.0", "sh"),
              Map.entry("teller.command.1", "-c"),
              Map.entry(
                  "teller.command.2",
                  "echo \"$0|$HAWSER_SERVICE|$HAWSER_INSTANCE_ID|$HAWSER_API\"; cat; exec sleep"
                      + " 600"),
              Map.entry("teller.command.3", "${service} ${id} ${host}:${port} ${api}"),
              Map.entry("launcher.command.0", "sh"),
              Map.entry("launcher.command.1", "-c"),
              Map.entry("launcher.command.2", "sleep 600 & echo worker $!; wait"),
              Map.entry("broken.command.0", "/no/such/binary"),
              Map.entry("short.command.0", "true")));

  private final TestCluster cluster = new TestCluster();
  private final Path dir;
  private final ServiceContext node;
  private ProcessTable table;

  ProcessTableTest(@TempDir Path dir) {
    this.dir = dir;
    this.node = cluster.node("node-0", dir, Map.of());
    this.table = table();
  }

  @AfterEach
  void tearDown() throws IOException {
    Children.stop(
        new ChildFiles(dir).load().stream().map(Child::identity).filter(i -> i.pid() > 0).toList(),
        0);
    cluster.close();
  }

  private ProcessTable table() {
    return new ProcessTable(node, TEMPLATES, term -> Future.succeededFuture(), 0);
  }

  private static EnsureProcess request(String template, long epoch, String call) {
    Map<String, String> args = new HashMap<>();
    args.put("template", template);
    args.put("call", call);
    return new EnsureProcess(ONE, "127.0.0.1", 18_101, args, "incident", new Epoch(epoch), 1);
  }

  private ProcessRunning ensure(String template, long epoch, String call) {
    return await(table.ensure(request(template, epoch, call)));
  }

  private void refused(String code, EnsureProcess request) {
    assertThatThrownBy(() -> await(table.ensure(request)))
        .rootCause()
        .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.code()).isEqualTo(code));
  }

  private void health(Health health) {
    Registration registration =
        new Registration(
            "127.0.0.1", 18_101, "life", 1, "", List.of(), Map.of(), Role.ACTIVE, 0, List.of(), 0);
    Verdict verdict = new Verdict("life", health, 0, "", node.members().self().id(), List.of());
    Object unused = await(node.catalog().put(FacetKey.of(Kind.REGISTRATION, ONE), registration));
    unused = await(node.catalog().put(FacetKey.of(Kind.VERDICT, ONE), verdict));
  }

  private Optional<ProcessOwner> owner() {
    return node.catalog().get(OWNER, ProcessOwner.class);
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  @Test
  void a_child_is_told_who_it_is_and_its_output_goes_to_its_log() throws IOException {
    ProcessRunning running = ensure("teller", 1, "c");

    Path log = dir.resolve("processes/echo~one.log");
    until(() -> read(log).contains("\n"));
    assertThat(read(log))
        .isEqualTo(
            "echo one 127.0.0.1:18101 http://127.0.0.1:18100|echo|one|http://127.0.0.1:18100\n");
    assertThat(running.started()).isTrue();
    assertThat(owner())
        .contains(new ProcessOwner(new NodeId("node-0"), "teller", running.pid(), 1));
    Child file = new ChildFiles(dir).load().getFirst();
    assertThat(file.identity()).isEqualTo(ProcessIdentity.of(running.pid()).orElseThrow());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void a_child_that_runs_is_left_alone() {
    ProcessRunning first = ensure("sleeper", 1, "c1");
    ProcessRunning second = ensure("sleeper", 2, "c2");

    assertThat(second).isEqualTo(new ProcessRunning(new NodeId("node-0"), first.pid(), false));
  }

  @Test
  void two_requests_at_once_start_one_child() {
    var first = table.ensure(request("sleeper", 1, "c"));
    var second = table.ensure(request("sleeper", 1, "c"));

    assertThat(await(first).pid()).isEqualTo(await(second).pid());
    assertThat(await(first).started()).isNotEqualTo(await(second).started());
  }

  @Test
  void a_child_whose_instance_is_down_is_replaced_even_when_it_hangs() throws Exception {
    ProcessRunning old = ensure("sleeper", 1, "c1");
    health(Health.DOWN);
    assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(old.pid())).start().waitFor())
        .isZero();

    ProcessRunning fresh = ensure("sleeper", 2, "c2");
    assertThat(fresh.started()).isTrue();
    assertThat(fresh.pid()).isNotEqualTo(old.pid());
    assertThat(alive(old.pid())).isFalse();
  }

  @Test
  void what_a_launcher_that_died_alone_had_launched_is_ended_before_another_one_is_started() {
    ProcessRunning old = ensure("launcher", 1, "c1");
    Path log = new ChildFiles(dir).logFile(ONE);
    until(() -> read(log).contains("\n"));
    long worker = Long.parseLong(read(log).strip().substring("worker ".length()));
    ProcessHandle launcher = ProcessHandle.of(old.pid()).orElseThrow();
    assertThat(launcher.destroyForcibly()).isTrue();
    until(() -> !launcher.isAlive());
    assertThat(alive(worker)).isTrue();

    assertThat(ensure("launcher", 2, "c2").started()).isTrue();
    assertThat(alive(worker)).isFalse();
  }

  @Test
  void a_manager_that_is_followed_while_the_process_is_claimed_neither_ends_nor_starts_anything() {
    ProcessRunning old = ensure("sleeper", 1, "c1");
    health(Health.DOWN);
    AtomicInteger checks = new AtomicInteger();
    table =
        new ProcessTable(
            node,
            TEMPLATES,
            term ->
                checks.incrementAndGet() % 2 == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new Refused("deposed", "another one acts")),
            0);
    Object unused = await(table.adopt());
    refused("deposed", request("sleeper", 2, "c2"));

    assertThat(alive(old.pid())).isTrue();
    assertThat(owner().map(ProcessOwner::pid)).contains(old.pid());
  }

  @Test
  void a_child_that_the_last_attempt_started_is_not_killed_before_it_can_serve() {
    table = new ProcessTable(node, TEMPLATES, term -> Future.succeededFuture(), 60_000);
    health(Health.DOWN);
    ProcessRunning first = ensure("sleeper", 1, "c1");

    assertThat(ensure("sleeper", 2, "c2").pid()).isEqualTo(first.pid());
    assertThat(alive(first.pid())).isTrue();
  }

  @Test
  void the_same_call_made_again_does_not_kill_what_it_started() {
    health(Health.DOWN);
    ProcessRunning first = ensure("sleeper", 1, "c1");
    assertThat(ensure("sleeper", 1, "c1").pid()).isEqualTo(first.pid());
  }

  @Test
  void each_refusal_has_its_code() {
    refused("no-template", request("other", 1, "c"));
    refused("bad-arguments", new EnsureProcess(ONE, "h", 1, Map.of(), "i", Epoch.NONE, 1));
    refused(
        "bad-arguments",
        new EnsureProcess(ONE, "-rf", 1, Map.of("template", "sleeper"), "i", Epoch.NONE, 1));
    refused(
        "bad-arguments",
        new EnsureProcess(ONE, "h", 0, Map.of("template", "sleeper"), "i", Epoch.NONE, 1));
    refused("start-failed", request("broken", 1, "c"));
    assertThat(owner()).isEmpty();
  }

  @Test
  void an_older_epoch_is_refused_also_after_a_restart() {
    ProcessRunning running = ensure("sleeper", 5, "c5");
    refused("stale-epoch", request("sleeper", 4, "c4"));
    Object unused = await(table.drain());
    table = table();
    unused = await(table.adopt());

    refused("stale-epoch", request("sleeper", 4, "c4"));
    assertThat(ensure("sleeper", 5, "c5").pid()).isEqualTo(running.pid());
  }

  @Test
  void what_a_dead_child_has_seen_is_told_when_the_whole_catalog_is_gone() {
    ProcessRunning running = ensure("sleeper", 5, "c5");
    assertThat(ProcessHandle.of(running.pid()).orElseThrow().destroyForcibly()).isTrue();
    until(() -> !alive(running.pid()));
    TestCluster.delete(node, OWNER);
    table = table();
    Object unused = await(table.adopt());

    assertThat(owner()).map(ProcessOwner::epoch).contains(5L);
  }

  @Test
  void who_comes_with_an_old_epoch_can_read_afterwards_which_one_it_takes() {
    ProcessRunning running = ensure("sleeper", 5, "c5");
    assertThat(ensure("sleeper", 6, "c6").pid()).isEqualTo(running.pid());
    assertThat(owner()).map(ProcessOwner::epoch).contains(6L);
    TestCluster.delete(node, OWNER);

    refused("stale-epoch", request("sleeper", 4, "c4"));
    assertThat(owner()).map(ProcessOwner::epoch).contains(6L);
  }

  @Test
  void the_process_of_another_node_is_not_started_here_be_that_node_live_or_not() {
    TestCluster.put(node, OWNER, new ProcessOwner(new NodeId("dead"), "sleeper", 7, 0));

    refused("owner-elsewhere", request("sleeper", 1, "c"));
    Object unused = await(table.runAll(List.of(new RunEntry(ONE, "sleeper", "127.0.0.1", 18_101))));
    assertThat(dir.resolve("processes")).doesNotExist();
  }

  @Test
  void who_has_lost_the_record_to_another_node_ends_its_process() {
    ProcessRunning running = ensure("sleeper", 1, "c");
    ProcessOwner other = new ProcessOwner(new NodeId("node-1"), "sleeper", 7, 2);
    TestCluster.put(node, OWNER, other);
    Object unused = await(table.adopt());
    until(() -> !alive(running.pid()));
    until(() -> !Files.exists(dir.resolve("processes/echo~one.json")));

    assertThat(alive(running.pid())).isFalse();
    assertThat(dir.resolve("processes/echo~one.json")).doesNotExist();
    assertThat(owner()).contains(other);
  }

  /** From now on the store answers nobody. */
  private AtomicInteger overload() {
    AtomicInteger asked = new AtomicInteger();
    cluster.storage.fault(
        (storage, request) -> {
          asked.incrementAndGet();
          return FakeStorage.refuse(new Overloaded(1));
        });
    return asked;
  }

  @Test
  void while_the_store_does_not_answer_nothing_is_started_that_may_be_anothers() {
    AtomicInteger asked = overload();
    refused("unsure-of-owner", request("sleeper", 1, "c"));
    assertThat(asked).hasPositiveValue();
    assertThat(dir.resolve("processes")).doesNotExist();
  }

  @Test
  void what_was_this_nodes_before_is_started_also_without_the_store_which_is_told_later() {
    ProcessRunning first = ensure("sleeper", 1, "c1");
    assertThat(ProcessHandle.of(first.pid()).orElseThrow().destroyForcibly()).isTrue();
    until(() -> !alive(first.pid()));
    AtomicInteger asked = overload();
    ProcessRunning second = ensure("sleeper", 2, "c2");
    assertThat(second.started()).isTrue();
    assertThat(asked).hasPositiveValue();
    assertThat(owner()).map(ProcessOwner::pid).contains(first.pid());

    cluster.storage.heal();
    until(() -> owner().filter(o -> o.pid() == second.pid()).isPresent());
    assertThat(owner()).map(ProcessOwner::pid).contains(second.pid());
  }

  @Test
  void what_is_to_run_is_started_as_soon_as_the_store_says_whose_it_is() {
    AtomicInteger asked = overload();
    Future<Void> run = table.runAll(List.of(new RunEntry(ONE, "sleeper", "127.0.0.1", 18_101)));
    until(() -> asked.get() > 0);
    assertThat(run.isComplete()).isFalse();

    cluster.storage.heal();
    Object unused = await(run);
    assertThat(owner())
        .map(ProcessOwner::pid)
        .hasValueSatisfying(pid -> assertThat(alive(pid)).isTrue());
  }

  @Test
  void a_restarted_node_takes_its_children_over() {
    ProcessRunning running = ensure("sleeper", 1, "c");
    ProcessTable restarted = table();
    TestCluster.delete(node, OWNER);
    Object unused = await(restarted.adopt());

    assertThat(owner()).map(ProcessOwner::pid).contains(running.pid());
    assertThat(await(restarted.ensure(request("sleeper", 1, "c"))).started()).isFalse();
    unused = await(restarted.runAll(List.of(new RunEntry(ONE, "sleeper", "127.0.0.1", 18_101))));
    assertThat(owner()).map(ProcessOwner::pid).contains(running.pid());
  }

  @Test
  void a_pid_that_was_given_to_somebody_else_is_not_taken_for_the_child() throws IOException {
    Child stranger = child(new ProcessIdentity(ProcessHandle.current().pid(), "ticks:1"), "t");
    new ChildFiles(dir).save(stranger);
    Object unused = await(table.adopt());

    ProcessRunning running = ensure("sleeper", 1, "c");
    assertThat(running.started()).isTrue();
    assertThat(running.pid()).isNotEqualTo(ProcessHandle.current().pid());
  }

  @Test
  void a_child_whose_pid_was_never_written_down_is_found_again() throws IOException {
    ProcessRunning running = ensure("sleeper", 1, "c");
    Child known = new ChildFiles(dir).load().getFirst();
    new ChildFiles(dir).save(known.withIdentity(new ProcessIdentity(0, "")));
    ProcessTable restarted = table();
    Object unused = await(restarted.adopt());

    assertThat(await(restarted.ensure(request("sleeper", 1, "c"))).pid()).isEqualTo(running.pid());
    assertThat(new ChildFiles(dir).load().getFirst().identity().pid()).isEqualTo(running.pid());
  }

  @Test
  void a_child_that_cannot_be_looked_at_is_not_started_once_more() {
    ProcessRunning running = ensure("sleeper", 1, "c1");
    AtomicBoolean blind = new AtomicBoolean(true);
    table =
        new ProcessTable(
            node,
            TEMPLATES,
            term -> Future.succeededFuture(),
            0,
            child -> blind.get() ? new Seen(child, State.UNKNOWN) : ChildWork.look(child));
    Object unused = await(table.adopt());
    refused("unsure-of-process", request("sleeper", 2, "c2"));
    assertThat(owner()).map(ProcessOwner::pid).contains(running.pid());
    Future<Void> run = table.runAll(List.of(new RunEntry(ONE, "sleeper", "127.0.0.1", 18_101)));
    blind.set(false);
    unused = await(run);

    assertThat(ensure("sleeper", 2, "c2").pid()).isEqualTo(running.pid());
  }

  private static Child child(ProcessIdentity identity, String token) {
    return new Child(ONE, "sleeper", "127.0.0.1", 18_101, identity, Epoch.NONE, "", token);
  }

  @Test
  void entries_of_the_configuration_are_started_and_not_started_again_when_they_die() {
    RunEntry entry = new RunEntry(ONE, "sleeper", "127.0.0.1", 18_101);
    Object unused = await(table.runAll(List.of(entry)));
    long pid = owner().orElseThrow().pid();
    assertThat(alive(pid)).isTrue();

    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    until(() -> !alive(pid));
    assertThat(owner()).map(ProcessOwner::pid).contains(pid);
    assertThat(ensure("sleeper", 1, "c").started()).isTrue();
  }

  @Test
  void a_stop_ends_the_children_and_forgets_them() {
    ProcessRunning running = ensure("sleeper", 1, "c");
    Object unused = await(table.stopAll());

    assertThat(alive(running.pid())).isFalse();
    assertThat(dir.resolve("processes/echo~one.json")).doesNotExist();
    assertThat(owner()).isEmpty();
    assertThatThrownBy(() -> table.ensure(request("sleeper", 1, "c")).result())
        .isInstanceOf(Refused.class);
  }

  @Test
  void a_child_that_ignores_the_signal_is_ended_by_force_with_its_own_children()
      throws IOException {
    Path log = dir.resolve("out");
    Child stubborn = child(new ProcessIdentity(0, ""), "token-of-stubborn");
    long pid =
        Children.start(
            stubborn,
            List.of("sh", "-c", "trap '' TERM; sleep 600 & echo $!; wait; wait"),
            "",
            log.toFile());
    ProcessIdentity identity = ProcessIdentity.of(pid).orElseThrow();
    until(() -> read(log).contains("\n"));
    long grandchild = Long.parseLong(read(log).strip());
    Children.stop(Set.of(identity), 100);

    until(() -> !alive(grandchild));
    assertThat(identity.alive()).isFalse();
    assertThat(alive(grandchild)).isFalse();
  }
}
