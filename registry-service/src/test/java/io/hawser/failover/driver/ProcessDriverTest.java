package io.hawser.failover.driver;

import static io.hawser.failover.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.ProcessClient;
import io.hawser.catalog.Refused;
import io.hawser.failover.TestCluster;
import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Ask.Purpose;
import io.hawser.failover.core.Effect;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.Rendezvous;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which node is asked. */
class ProcessDriverTest {
  private static final InstanceKey ONE = new InstanceKey("echo", "one");
  private static final NodeId A = new NodeId("node-0");
  private static final NodeId B = new NodeId("node-1");
  private static final NodeId FIRST = Rendezvous.ranked(ONE.toString(), List.of(A, B)).getFirst();
  private static final NodeId SECOND = FIRST.equals(A) ? B : A;

  private final TestCluster cluster = new TestCluster();
  private final List<NodeId> asked = new CopyOnWriteArrayList<>();
  private final List<EnsureProcess> requests = new CopyOnWriteArrayList<>();
  private final ServiceContext node;
  private final Driver driver;
  private String host = "127.0.0.1";

  ProcessDriverTest(@TempDir Path dir) {
    node = cluster.node("node-0", dir, Map.of());
    ServiceContext other = cluster.node("node-1", dir, Map.of());
    assertThat(other.members().live()).hasSize(2);
    ProcessDriver process =
        new ProcessDriver(new ProcessClient(node.bus()), new Homes(node.catalog(), node.members()));
    driver = new Drivers(Map.of("process", process));
  }

  @BeforeEach
  void serve() {
    serve(A);
    serve(B);
  }

  /** A node that has the template "everywhere", and "second" only when it comes second. */
  private void serve(NodeId id) {
    Object unused =
        await(
            node.bus()
                .serve(
                    Addresses.ENSURE_PROCESS,
                    id,
                    request -> {
                      asked.add(id);
                      requests.add(request);
                      boolean second = "second".equals(request.args().get("template"));
                      if (second && id.equals(FIRST)) {
                        throw new Refused("no-template", "none here");
                      }
                      return "silent".equals(request.args().get("template"))
                          ? Future.failedFuture("no answer")
                          : Future.succeededFuture(new ProcessRunning(id, 1, true));
                    }));
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private Outcome<String> run(Map<String, String> args) {
    Ask ask = new Ask("echo-1", Purpose.ACTIVATE, ONE, 1);
    DriverRef ref = new DriverRef("process", args);
    return await(driver.run(new Effect.Drive(ask, ref, host, 18_107, new Epoch(3), 1)));
  }

  private void owner(String id) {
    TestCluster.put(
        node,
        FacetKey.of(Kind.PROCESS_OWNER, ONE),
        new ProcessOwner(new NodeId(id), "everywhere", 1, 0));
  }

  @Test
  void the_first_by_rendezvous_is_asked_and_told_which_call_it_is() {
    assertThat(run(Map.of("template", "everywhere"))).isInstanceOf(Outcome.Ok.class);
    assertThat(asked).containsExactly(FIRST);
    assertThat(requests.getFirst().args()).containsEntry("call", "echo-1/activate/one/1");
    assertThat(requests.getFirst().epoch()).isEqualTo(new Epoch(3));
  }

  @Test
  void who_has_no_template_is_passed_over() {
    assertThat(run(Map.of("template", "second"))).isInstanceOf(Outcome.Ok.class);
    assertThat(asked).containsExactly(FIRST, SECOND);
  }

  @Test
  void after_one_that_did_not_answer_no_other_is_asked() {
    assertThat(run(Map.of("template", "silent"))).isInstanceOf(Outcome.Unknown.class);
    assertThat(asked).containsExactly(FIRST);
  }

  @Test
  void nobody_starts_an_instance_that_is_at_home_on_another_host_unless_named_or_its_owner() {
    host = "10.0.0.7";
    assertThat(run(Map.of("template", "everywhere")))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, r -> assertThat(r.code()).isEqualTo("no-node"));
    assertThat(asked).isEmpty();
    assertThat(run(Map.of("template", "everywhere", "node", SECOND.value())))
        .isInstanceOf(Outcome.Ok.class);
    assertThat(asked).containsExactly(SECOND);
  }

  @Test
  void a_host_is_the_nodes_own_by_name_or_when_both_are_loopback() {
    assertThat(Hosts.at("http://127.0.0.1:8500", "localhost")).isTrue();
    assertThat(Hosts.at("http://[::1]:8500", "127.0.0.3")).isTrue();
    assertThat(Hosts.at("https://Node-7.example:8500", "node-7.EXAMPLE")).isTrue();
    assertThat(Hosts.at("http://[fd00::7]:8500", "fd00::7")).isTrue();
    assertThat(Hosts.at("http://10.0.0.7:8500", "127.0.0.1")).isFalse();
    assertThat(Hosts.at("http://10.0.0.7:8500", "10.0.0.8")).isFalse();
    assertThat(Hosts.at("", "10.0.0.8")).isFalse();
  }

  @Test
  void the_owner_is_asked_and_nobody_else_while_it_is_away() {
    owner(SECOND.value());
    assertThat(run(Map.of("template", "everywhere"))).isInstanceOf(Outcome.Ok.class);
    assertThat(asked).containsExactly(SECOND);
    owner("away");
    assertThat(run(Map.of("template", "everywhere")))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, r -> assertThat(r.code()).isEqualTo("owner-gone"));
    assertThat(asked).containsExactly(SECOND);
  }

  @Test
  void the_node_that_the_arguments_name_comes_first_of_all() {
    assertThat(run(Map.of("template", "everywhere", "node", SECOND.value())))
        .isInstanceOf(Outcome.Ok.class);
    assertThat(asked).containsExactly(SECOND);
    assertThat(run(Map.of("template", "everywhere", "node", "../x")))
        .isInstanceOf(Outcome.Rejected.class);
  }
}
