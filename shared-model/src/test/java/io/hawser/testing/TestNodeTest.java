package io.hawser.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.node.Time;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TestNodeTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void a_node_has_a_catalog_that_takes_writes() {
    TestNode node = TestNode.start(vertx);
    FacetKey key = FacetKey.named(Kind.RECEIVER, "ops");

    Await.result(node.catalog().put(key, new Receiver("http://a")));

    assertThat(node.catalog().get(key, Receiver.class)).contains(new Receiver("http://a"));
    assertThat(node.members().peers()).isEmpty();
    assertThat(node.context().dataDir()).isDirectory();
  }

  @Test
  void three_nodes_in_one_jvm_share_a_catalog() {
    List<TestNode> nodes = TestNode.cluster(vertx, 3, Time.SYSTEM);
    FacetKey key = FacetKey.named(Kind.RECEIVER, "ops");

    Await.result(nodes.getFirst().catalog().put(key, new Receiver("http://a")));

    Await.until(
        "all hold the write",
        () -> nodes.stream().allMatch(n -> n.catalog().get(key, Receiver.class).isPresent()));
    assertThat(nodes.getFirst().members().peers())
        .containsExactly(new NodeId("node-1"), new NodeId("node-2"));
  }

  @Test
  void waiting_for_what_never_comes_fails_by_its_description() {
    assertThatThrownBy(() -> Await.until("pigs fly", () -> false, Duration.ofMillis(5)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("pigs fly");
  }

  @Test
  void a_failed_future_fails_the_wait_for_its_result() {
    assertThatThrownBy(() -> Await.result(Future.failedFuture("no")))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("no");
    assertThat(Await.failure(Future.failedFuture("no"))).hasMessage("no");
  }

  @Test
  void members_tell_their_listeners_of_each_change() {
    FakeMembers members = new FakeMembers(FakeMembers.node("b", "monitor"));
    AtomicInteger changes = new AtomicInteger();
    members.onChange(changes::incrementAndGet);

    members.join(FakeMembers.node("a", "monitor"));
    assertThat(members.lowestWith("monitor")).isFalse();
    members.leave(new NodeId("a"));
    assertThat(members.lowestWith("monitor")).isTrue();
    members.setSelf(FakeMembers.node("c"));

    assertThat(members.liveWith("monitor")).isEmpty();
    assertThat(members.live()).extracting(n -> n.id().value()).containsExactly("c");
    assertThat(changes).hasValue(3);
  }
}
