package io.hawser.bus.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.Catalog;
import io.hawser.catalog.Refused;
import io.hawser.model.Entry;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import io.hawser.node.Meters;
import io.hawser.testing.Await;
import io.hawser.testing.FakeMembers;
import io.hawser.testing.FakeTime;
import io.hawser.testing.TestNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CatalogReplicaTest {
  private static final FacetKey KEY = FacetKey.named(Kind.RECEIVER, "ops");
  private static final FacetKey OTHER = FacetKey.named(Kind.RECEIVER, "dev");

  private final Vertx vertx = Vertx.vertx();
  private final FakeTime time = new FakeTime();
  private final List<TestNode> nodes = TestNode.cluster(vertx, 3, time.time());
  private final TestNode first = nodes.getFirst();

  @AfterEach
  void close() {
    Await.result(vertx.close());
  }

  @Test
  void a_write_reaches_every_replica_as_a_delta() {
    Await.result(first.catalog().put(KEY, new Receiver("http://a")));

    Await.until(
        "all have it", () -> nodes.stream().allMatch(n -> value(n, KEY).equals("http://a")));
    assertThat(nodes).allSatisfy(n -> assertThat(n.counted(Meters.CATALOG_REPAIRS)).isZero());
  }

  @Test
  void a_write_whose_delta_was_lost_is_repaired_by_exchanges() {
    Await.result(first.catalog().merge(List.of(entry(KEY, "http://lost", time.wallMs()))));

    Await.until(
        "all have it", () -> nodes.stream().allMatch(n -> value(n, KEY).equals("http://lost")));
  }

  @Test
  void a_forgotten_deletion_takes_no_room_in_the_replica() {
    Await.result(first.catalog().put(KEY, new Receiver("http://a")));
    Await.result(first.catalog().delete(KEY));
    Await.until("all know", () -> nodes.stream().allMatch(n -> value(n, KEY).isEmpty()));

    time.advanceMs(Catalog.TOMBSTONE_LIFE_MS + 1);

    Await.until(
        "nobody remembers it",
        () -> nodes.stream().allMatch(n -> n.catalog().stamp(KEY).isEmpty()));
  }

  @Test
  void a_node_that_starts_late_holds_what_the_first_live_peer_held() {
    Await.result(first.catalog().put(KEY, new Receiver("http://a")));
    TestNode late = late();
    late.members().join(FakeMembers.node("dead"));
    late.members().join(first.members().self());

    late.startCatalog();

    assertThat(value(late, KEY)).isEqualTo("http://a");
  }

  @Test
  void a_node_whose_peers_are_all_dead_starts_alone() {
    TestNode late = late();
    late.members().join(FakeMembers.node("dead"));

    late.startCatalog();

    assertThat(late.catalog().services()).isEmpty();
  }

  @Test
  void what_is_held_is_at_another_node() {
    List<Entry> written = Await.result(first.catalog().put(KEY, new Receiver("http://r")));
    assertThat(Await.result(first.catalog().held(written))).isEqualTo(1);
    assertThat(nodes.subList(1, nodes.size()))
        .anySatisfy(n -> assertThat(value(n, KEY)).isEqualTo("http://r"));
  }

  @Test
  void nobody_waits_for_a_peer_that_is_not_there() {
    List<Entry> written = Await.result(first.catalog().put(KEY, new Receiver("http://r")));
    first.members().join(FakeMembers.node("dead"));
    assertThat(Await.result(first.catalog().held(written))).isEqualTo(1);

    TestNode.meet(List.of(first));
    assertThat(Await.result(first.catalog().held(written))).isZero();
    first.members().join(FakeMembers.node("dead"));
    assertThat(Await.result(first.catalog().held(written))).isZero();
  }

  @Test
  void a_refused_update_writes_nothing_anywhere() {
    Throwable failure =
        Await.failure(
            first
                .catalog()
                .update(
                    catalog -> {
                      throw new Refused("not-now", "planted");
                    }));
    List<Entry> next = Await.result(first.catalog().put(OTHER, new Receiver("http://r")));
    Await.result(first.catalog().held(next));

    assertThat(failure).isInstanceOf(Refused.class);
    assertThat(nodes).allSatisfy(n -> assertThat(n.catalog().stamp(KEY)).isEmpty());
  }

  @Test
  void updates_of_one_node_do_not_come_between_one_another() {
    List<Future<List<Entry>>> updates = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      updates.add(
          first
              .catalog()
              .update(
                  catalog -> {
                    String old = catalog.get(KEY, Receiver.class).map(Receiver::url).orElse("");
                    return Map.of(KEY, Optional.of(new Receiver(old + "x")));
                  }));
    }
    Await.result(Future.join(updates));

    assertThat(value(first, KEY)).isEqualTo("x".repeat(100));
  }

  @Test
  void a_node_whose_clock_is_behind_still_overwrites_what_it_has_seen() {
    FakeTime behind = new FakeTime(0, time.wallMs() - 30_000);
    TestNode late = TestNode.on(vertx).id("late").bus(first.bus()).time(behind.time()).start();
    Await.result(first.catalog().put(KEY, new Receiver("http://before")));
    Await.until("the late one has it", () -> value(late, KEY).equals("http://before"));

    Await.result(late.catalog().put(KEY, new Receiver("http://after")));

    Await.until("the first has it", () -> value(first, KEY).equals("http://after"));
  }

  @Test
  void a_stamp_more_than_a_minute_ahead_is_refused_and_counted() {
    Await.result(
        first
            .catalog()
            .merge(
                List.of(
                    entry(KEY, "http://mad", time.wallMs() + 60_001),
                    entry(OTHER, "http://early", time.wallMs() + 60_000))));

    assertThat(first.catalog().stamp(KEY)).isEmpty();
    assertThat(value(first, OTHER)).isEqualTo("http://early");
    assertThat(first.counted(Meters.CATALOG_REFUSED)).isEqualTo(1);
    Await.result(first.catalog().put(KEY, new Receiver("http://sane")));
    Stamp written = first.catalog().stamp(KEY).orElseThrow();
    assertThat(written.wallMs()).isEqualTo(time.wallMs() + 60_000);
  }

  @Test
  void listeners_hear_of_every_change_once_whoever_wrote_it() {
    List<Entry> heard = new CopyOnWriteArrayList<>();
    TestNode last = nodes.getLast();
    last.catalog().onChange(heard::addAll);

    List<Entry> remote = Await.result(first.catalog().put(KEY, new Receiver("http://a")));
    Await.until("the remote one is heard", () -> heard.size() == 1);
    List<Entry> local = Await.result(last.catalog().put(OTHER, new Receiver("http://b")));
    Await.until("the local one is heard", () -> heard.size() == 2);
    Await.result(last.catalog().merge(remote));
    Await.result(last.catalog().put(OTHER, new Receiver("http://c")));
    Await.until("the next one is heard", () -> heard.size() == 3);

    assertThat(heard.subList(0, 2)).containsExactly(remote.getFirst(), local.getFirst());
  }

  @Test
  void registers_of_a_kind_come_in_the_order_of_their_names_without_deleted_ones() {
    Await.result(first.catalog().put(KEY, new Receiver("http://a")));
    Await.result(first.catalog().put(OTHER, new Receiver("http://b")));
    assertThat(first.catalog().all(Kind.RECEIVER, Receiver.class).keySet())
        .containsExactly(OTHER, KEY);

    Await.result(first.catalog().delete(OTHER));

    assertThat(first.catalog().all(Kind.RECEIVER, Receiver.class))
        .isEqualTo(Map.of(KEY, new Receiver("http://a")));
  }

  private TestNode late() {
    return TestNode.on(vertx).id("late").bus(first.bus()).time(time.time()).build();
  }

  private static Entry entry(FacetKey key, String url, long wallMs) {
    Stamp stamp = new Stamp(new HybridClock().next(wallMs), new NodeId("elsewhere"));
    return new Entry(key, Optional.of(new Receiver(url)), stamp);
  }

  private static String value(TestNode node, FacetKey key) {
    return node.catalog().get(key, Receiver.class).map(Receiver::url).orElse("");
  }
}
