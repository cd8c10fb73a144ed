package io.hawser.failover.process;

import static io.hawser.failover.TestCluster.await;
import static io.hawser.failover.TestCluster.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.failover.TestCluster;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.ProcessOwner;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Write;
import io.hawser.node.ProcessIdentity;
import io.hawser.service.ServiceContext;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnersTest {
  private static final InstanceKey ONE = new InstanceKey("echo", "one");
  private static final FacetKey OWNER = FacetKey.of(Kind.PROCESS_OWNER, ONE);

  private final TestCluster cluster = new TestCluster();
  private final List<Child> lost = new CopyOnWriteArrayList<>();
  private final ServiceContext node;
  private final Owners owners;

  OwnersTest(@TempDir Path dir) {
    node = cluster.node("node-0", dir, Map.of());
    owners = new Owners(node, lost::add);
  }

  @AfterEach
  void tearDown() {
    cluster.close();
  }

  private static Child child(long pid) {
    ProcessIdentity identity = new ProcessIdentity(pid, "ticks:1");
    return new Child(ONE, "sleeper", "127.0.0.1", 18_101, identity, Epoch.NONE, "", "token");
  }

  private Optional<ProcessOwner> stored() {
    var outcome = await(node.hardState().store().get(OWNER, ProcessOwner.class));
    return outcome instanceof Outcome.Ok<Optional<Held<ProcessOwner>>> ok
        ? ok.value().map(Held::value)
        : Optional.empty();
  }

  @Test
  void what_is_told_late_does_not_bring_back_what_was_given_up_since() {
    Object unused = await(owners.claim(child(0)));
    cluster.storage.fault((at, request) -> FakeStorage.refuse(new Overloaded(1)));
    unused = await(owners.own(child(7)));
    AtomicBoolean asked = new AtomicBoolean();
    AtomicInteger writes = new AtomicInteger();
    cluster.storage.fault(
        (at, request) -> {
          writes.addAndGet(request instanceof Write ? 1 : 0);
          boolean first =
              request instanceof Get get
                  && get.key().endsWith("/one")
                  && asked.compareAndSet(false, true);
          return first ? FakeStorage.silence() : Optional.empty();
        });
    until(asked::get);
    Future<Void> disowned = owners.disown(ONE);
    until(() -> writes.get() >= 2);

    unused = await(disowned);
    assertThat(stored()).isEmpty();
  }

  @Test
  void it_is_told_when_a_process_that_runs_here_is_another_nodes() {
    TestCluster.put(node, OWNER, new ProcessOwner(new NodeId("node-1"), "sleeper", 3, 0));
    Object unused = await(owners.own(child(7)));

    assertThat(lost).containsExactly(child(7));
    assertThat(stored()).map(ProcessOwner::node).contains(new NodeId("node-1"));
  }
}
