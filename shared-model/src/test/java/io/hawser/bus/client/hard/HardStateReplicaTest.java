package io.hawser.bus.client.hard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.bus.client.core.HardMirror;
import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.model.Blob;
import io.hawser.model.Entry;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node's copy of the store's records. Over 300 lines: each case needs the same nodes and store.
 */
class HardStateReplicaTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final FacetKey OPS = FacetKey.named(Kind.RECEIVER, "ops");
  private static final FacetKey DEV = FacetKey.named(Kind.RECEIVER, "dev");

  @TempDir Path dir;
  private final Vertx vertx = Vertx.vertx();
  private final List<TestNode> nodes = new ArrayList<>();

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private TestNode node(String id) {
    TestNode.Builder builder =
        TestNode.on(vertx).id(id).kept(HardStateReplica.KINDS).dataDir(dir.resolve(id));
    if (!nodes.isEmpty()) {
      builder.bus(nodes.getFirst().bus());
    }
    TestNode node = builder.build();
    nodes.add(node);
    TestNode.meet(nodes);
    return node;
  }

  private FakeStorage storage() {
    return FakeStorage.start(
        vertx, nodes.getFirst().bus(), 1, nodes.stream().map(TestNode::id).toArray(NodeId[]::new));
  }

  @CanIgnoreReturnValue
  private static TestNode started(TestNode node) {
    return node.startCatalog().startHardState();
  }

  @CanIgnoreReturnValue
  private static long put(TestNode node, FacetKey key, String url) {
    Outcome<Committed> outcome =
        Await.result(
            node.context().hardState().store().put(key, new Receiver(url), Expect.ANY, List.of()));
    assertThat(outcome).isInstanceOf(Outcome.Ok.class);
    return ((Outcome.Ok<Committed>) outcome).value().revision();
  }

  private static void delete(TestNode node, FacetKey key) {
    assertThat(
            Await.result(node.context().hardState().store().delete(key, Expect.PRESENT, List.of())))
        .isInstanceOf(Outcome.Ok.class);
  }

  private static Optional<String> url(TestNode node, FacetKey key) {
    return node.catalog().get(key, Receiver.class).map(Receiver::url);
  }

  private static void awaitUrl(TestNode node, FacetKey key, Optional<String> url) {
    Await.until(
        node.id() + " has " + url + " as " + key.name(), () -> url(node, key).equals(url), LONG);
  }

  @Test
  void who_writes_reads_it_at_once_and_others_soon() {
    TestNode one = node("node-0");
    TestNode two = node("node-1");
    FakeStorage unused = storage();
    started(one);
    started(two);
    long revision = put(one, OPS, "http://a");
    assertThat(url(one, OPS)).contains("http://a");
    assertThat(one.context().hardState().expected(OPS)).isEqualTo(Expect.revision(revision));
    assertThat(one.context().hardState().expected(DEV)).isEqualTo(Expect.ABSENT);
    awaitUrl(two, OPS, Optional.of("http://a"));
    delete(one, OPS);
    assertThat(url(one, OPS)).isEmpty();
    awaitUrl(two, OPS, Optional.empty());
  }

  @Test
  void what_was_written_is_shown_also_when_nobody_was_told_that_it_was() {
    TestNode one = node("node-0");
    FakeStorage storage = storage();
    started(one);
    storage.fault(
        (node, request) ->
            request instanceof StorageMessage.Write
                ? storage.droppedReplies().apply(node, request)
                : Optional.empty());
    assertThat(
            Await.result(
                one.context()
                    .hardState()
                    .store()
                    .put(OPS, new Receiver("http://a"), Expect.ANY, List.of())))
        .isInstanceOf(Outcome.Unknown.class);
    awaitUrl(one, OPS, Optional.of("http://a"));
  }

  @Test
  void who_catches_up_has_everything_that_was_written_before() {
    TestNode one = node("node-0");
    TestNode two = node("node-1");
    FakeStorage storage = storage();
    started(one);
    started(two);
    for (int i = 0; i < 20; i++) {
      String url = "http://" + i;
      put(one, OPS, url);
      Await.until("it has caught up", () -> caughtUp(two), LONG);
      assertThat(url(two, OPS)).contains(url);
    }
    storage.fault((node, request) -> FakeStorage.refuse(new StorageMessage.Overloaded(1)));
    assertThat(caughtUp(two)).isFalse();
  }

  @Test
  void before_the_records_have_come_once_nothing_follows_from_their_absence() {
    TestNode one = node("node-0");
    FakeStorage storage = storage();
    storage.fault((node, request) -> FakeStorage.refuse(new StorageMessage.Overloaded(1)));
    started(one);
    HardStateReplica replica = one.context().hardState();
    assertThat(replica.gaps().test(OPS)).isTrue();
    storage.heal();
    Await.until("they have come", () -> !replica.gaps().test(OPS), LONG);
    assertThat(replica.known()).isTrue();
  }

  @Test
  void that_nobody_who_stores_is_seen_does_not_mean_that_there_are_no_records() {
    TestNode alone = kept(vertx, "node-0").roles("balancer").build();
    started(alone);
    assertThat(alone.context().hardState().gaps().test(OPS)).isTrue();

    TestNode without = kept(vertx, "node-1").roles("balancer").bus(alone.bus()).build();
    without.context().hardState().withoutStore();
    started(without);
    assertThat(without.context().hardState().gaps().test(OPS)).isFalse();
  }

  private static void putStrange(TestNode node, FacetKey key) {
    Put put =
        new Put(HardKeys.of(key), Blob.utf8("of the future"), Expect.ANY, Life.FOREVER, List.of());
    assertThat(
            Await.result(
                node.context().hardState().store().storage().change(StorageMessage.META, put)))
        .isInstanceOf(Outcome.Ok.class);
  }

  private static boolean caughtUp(TestNode node) {
    return Await.result(node.context().hardState().catchUp(Set.of(Kind.RECEIVER)));
  }

  @Test
  void what_a_newer_version_wrote_stays_as_it_was_and_nobody_is_told_that_it_is_complete() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    HardStateReplica replica = one.context().hardState();
    put(one, OPS, "http://a");
    putStrange(one, OPS);
    putStrange(one, DEV);
    Await.until("it is seen", () -> replica.gaps().test(DEV), LONG);

    assertThat(caughtUp(one)).isFalse();
    assertThat(url(one, OPS)).contains("http://a");
    TestNode late = started(node("node-1"));
    assertThat(late.context().hardState().known()).isTrue();
    assertThat(late.context().hardState().gaps().test(OPS)).isTrue();

    put(one, OPS, "http://b");
    delete(one, DEV);
    awaitUrl(late, OPS, Optional.of("http://b"));
    for (TestNode node : List.of(one, late)) {
      Await.until("all can be read again", () -> caughtUp(node), LONG);
      assertThat(node.context().hardState().gaps().test(DEV)).isFalse();
    }
  }

  @Test
  void roles_are_confirmed_beside_what_cannot_be_read_unless_that_is_a_role_or_a_policy() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    HardStateReplica replica = one.context().hardState();
    putStrange(one, OPS);
    Await.until("it is seen", () -> replica.gaps().test(OPS), LONG);
    awaitConfirmedAfter(replica, Time.SYSTEM.nowNs());
    assertThat(Await.result(replica.catchUp(Set.of(Kind.POLICY)))).isTrue();
    TestNode late = started(node("node-1"));
    awaitConfirmedAfter(late.context().hardState(), Time.SYSTEM.nowNs());

    for (FacetKey telling :
        List.of(new FacetKey(Kind.POLICY, "echo", ""), new FacetKey(Kind.ROLE, "echo", "one"))) {
      putStrange(one, telling);
      Await.until("it is seen", () -> replica.gaps().test(telling), LONG);
      long seenNs = Time.SYSTEM.nowNs();
      assertThat(Await.result(replica.catchUp(Set.of(Kind.RECEIVER)))).isFalse();
      assertThat(Await.result(replica.catchUp(Set.of(Kind.BACKUP)))).isTrue();
      assertThat(replica.confirmedNs().orElseThrow() - seenNs).isNegative();
      delete(one, telling);
      awaitConfirmedAfter(replica, seenNs);
    }
  }

  private static void awaitConfirmedAfter(HardStateReplica replica, long ns) {
    Await.until(
        "it is confirmed anew",
        () -> replica.confirmedNs().isPresent() && replica.confirmedNs().getAsLong() - ns > 0,
        LONG);
  }

  @Test
  void a_node_with_an_old_disk_waits_for_the_store_before_it_goes_by_what_it_has() {
    TestNode before = node("node-0");
    FakeStorage unused = storage();
    started(before);
    put(before, OPS, "http://old");
    Await.result(vertx.close());

    Vertx second = Vertx.vertx();
    try {
      TestNode stores = kept(second, "node-1").build();
      FakeStorage storage = FakeStorage.start(second, stores.bus(), 1, stores.id());
      started(stores);
      put(stores, DEV, "http://dev");
      put(stores, OPS, "http://new");
      TestNode again = kept(second, "node-0").bus(stores.bus()).build();
      TestNode.meet(List.of(stores, again));
      storage.fault(
          (node, request) ->
              request instanceof ListKeys
                  ? Optional.of(late(second).compose(v -> storage.answer(node, request)))
                  : Optional.empty());
      started(again);
      assertThat(url(again, OPS)).contains("http://new");
    } finally {
      Await.result(second.close());
    }
  }

  private TestNode.Builder kept(Vertx on, String id) {
    return TestNode.on(on).id(id).kept(HardStateReplica.KINDS).dataDir(dir.resolve(id));
  }

  private static Future<Void> late(Vertx on) {
    Promise<Void> later = Promise.promise();
    long unused = on.setTimer(300, id -> later.complete());
    return later.future();
  }

  @Test
  void listeners_are_told_of_records_as_of_any_register() {
    TestNode one = node("node-0");
    TestNode two = node("node-1");
    FakeStorage unused = storage();
    started(one);
    started(two);
    List<Entry> seen = new CopyOnWriteArrayList<>();
    two.catalog().onChange(seen::addAll);
    put(one, OPS, "http://a");
    delete(one, OPS);
    Await.until(
        "both changes are seen",
        () -> seen.stream().anyMatch(Entry::deleted) && seen.getFirst().key().equals(OPS),
        LONG);
  }

  @Test
  void a_node_that_joins_has_the_records_when_it_has_started() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    put(one, OPS, "http://a");
    TestNode late = started(node("node-1"));
    assertThat(url(late, OPS)).contains("http://a");
    assertThat(late.context().hardState().known()).isTrue();
  }

  @Test
  void a_node_starts_with_what_it_had_when_the_store_is_gone() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    put(one, OPS, "http://a");
    put(one, DEV, "http://d");
    // What is written before anything is kept may be gone with a node that ends at once.
    Path kept = dir.resolve("node-0").resolve("records.snapshot");
    Await.until("records are kept", () -> Files.exists(kept), LONG);
    delete(one, DEV);
    Await.result(vertx.close());

    Vertx second = Vertx.vertx();
    try {
      TestNode again =
          started(
              TestNode.on(second)
                  .id("node-0")
                  .kept(HardStateReplica.KINDS)
                  .dataDir(dir.resolve("node-0"))
                  .build());
      assertThat(url(again, OPS)).contains("http://a");
      assertThat(url(again, DEV)).isEmpty();
      assertThat(again.context().hardState().known()).isTrue();
      assertThat(again.context().hardState().confirmedNs()).isEmpty();
    } finally {
      Await.result(second.close());
    }
  }

  @Test
  void a_node_that_never_had_the_records_does_not_learn_from_its_disk_that_there_are_none() {
    TestNode one = node("node-0");
    AtomicInteger asked = new AtomicInteger();
    storage()
        .fault(
            (node, request) -> {
              asked.incrementAndGet();
              return FakeStorage.refuse(new StorageMessage.Overloaded(1));
            });
    started(one);
    // It keeps what it has each second.
    Await.until("it has asked for a while", () -> asked.get() > 20, LONG);
    assertThat(one.context().hardState().known()).isFalse();
    Await.result(vertx.close());

    Vertx second = Vertx.vertx();
    try {
      TestNode again =
          started(
              TestNode.on(second)
                  .id("node-0")
                  .kept(HardStateReplica.KINDS)
                  .dataDir(dir.resolve("node-0"))
                  .build());
      assertThat(again.context().hardState().known()).isFalse();
      assertThat(again.context().hardState().gaps().test(OPS)).isTrue();
    } finally {
      Await.result(second.close());
    }
  }

  @Test
  void a_record_that_was_deleted_and_written_again_before_it_was_seen_is_there() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    long revision = put(one, OPS, "http://a");
    List<Entry> both =
        List.of(
            HardMirror.entry(OPS, Optional.empty(), revision + 1),
            HardMirror.entry(OPS, Optional.of(new Receiver("http://b")), revision + 2));
    assertThat(Await.result(one.catalog().mirror(() -> both))).hasSize(2);
    assertThat(url(one, OPS)).contains("http://b");
    assertThat(one.context().hardState().expected(OPS)).isEqualTo(Expect.revision(revision + 2));
  }

  @Test
  void changes_that_the_history_has_forgotten_are_read_by_a_list() {
    TestNode one = node("node-0");
    TestNode two = node("node-1");
    FakeStorage storage = storage();
    started(one);
    started(two);
    put(one, OPS, "http://a");
    awaitUrl(two, OPS, Optional.of("http://a"));
    storage.faultAt(two.id(), request -> FakeStorage.refuse(new Unavailable(Unavailable.NOT_HERE)));
    TestNode.meet(List.of(two));
    put(one, OPS, "http://b");
    delete(one, OPS);
    put(one, DEV, "http://d");
    storage.compact(StorageMessage.META);
    storage.heal();
    TestNode.meet(nodes);
    awaitUrl(two, DEV, Optional.of("http://d"));
    assertThat(url(two, OPS)).isEmpty();
  }

  @Test
  void only_the_store_is_believed_about_what_it_keeps() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    assertThatThrownBy(() -> Await.result(one.catalog().put(OPS, new Receiver("http://x"))))
        .hasStackTraceContaining("HardState");
    TestNode old = TestNode.on(vertx).id("node-9").bus(one.bus()).build();
    nodes.add(old);
    TestNode.meet(nodes);
    old.startCatalog();
    Await.result(old.catalog().put(OPS, new Receiver("http://old")));
    FacetKey alert = FacetKey.named(Kind.ALERT, "a");
    Await.result(old.catalog().put(alert, new Receiver("http://seen")));
    awaitUrl(one, alert, Optional.of("http://seen"));
    assertThat(url(one, OPS)).isEmpty();
  }

  @Test
  void records_are_no_part_of_what_replicas_exchange() {
    TestNode one = node("node-0");
    FakeStorage unused = storage();
    started(one);
    put(one, OPS, "http://a");
    TestNode other = TestNode.on(vertx).id("node-9").bus(one.bus()).build();
    nodes.add(other);
    TestNode.meet(nodes);
    other.startCatalog();
    assertThat(url(other, OPS)).isEmpty();
    assertThat(other.catalog().all(Kind.RECEIVER, Receiver.class)).isEqualTo(Map.of());
  }

  @Test
  void a_store_that_began_anew_counts() {
    TestNode one = node("node-0");
    FakeStorage storage = storage();
    started(one);
    for (int i = 0; i < 5; i++) {
      put(one, OPS, "http://" + i);
    }
    storage.clear(StorageMessage.META);
    awaitUrl(one, OPS, Optional.empty());
    put(one, DEV, "http://new");
    awaitUrl(one, DEV, Optional.of("http://new"));
  }

  @Test
  void being_sure_ends_with_the_quorum() {
    TestNode one = node("node-0");
    FakeStorage storage = storage();
    started(one);
    HardStateReplica replica = one.context().hardState();
    Await.until("it is sure", () -> replica.confirmedNs().isPresent(), LONG);
    storage.fault((node, request) -> FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));
    long lostNs = Time.SYSTEM.nowNs();
    assertThat(Await.result(replica.store().get(OPS, Receiver.class)))
        .isInstanceOf(Outcome.Rejected.class);
    assertThat(replica.confirmedNs().orElseThrow() - lostNs).isNegative();
  }
}
