package io.hawser.bus.client.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.Leads;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.Written;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StorageClientTest {
  private static final String GROUP = "data-0";
  private static final NodeId A = new NodeId("node-0");
  private static final NodeId B = new NodeId("node-1");
  private static final NodeId C = new NodeId("node-2");

  private final Vertx vertx = Vertx.vertx();
  private List<TestNode> nodes = List.of();
  private FakeStorage storage;
  private StorageClient client;

  @BeforeEach
  void start() {
    nodes = TestNode.cluster(vertx, 3, Time.SYSTEM);
    TestNode first = nodes.getFirst();
    storage = FakeStorage.start(vertx, first.bus(), 1, A, B, C);
    client = new StorageClient(vertx, first.bus(), first.members(), Time.SYSTEM);
    Await.result(client.start());
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private static Put put(String key, String value, Expect expect) {
    return new Put(key, Blob.utf8(value), expect, Life.FOREVER, List.of());
  }

  private Outcome<Result> write(String key, String value) {
    return Await.result(client.change(GROUP, put(key, value, Expect.ANY)));
  }

  private Optional<String> read(String key) {
    Outcome<Found> outcome = Await.result(client.get(GROUP, key));
    return ((Outcome.Ok<Found>) outcome).value().value().map(Blob::text);
  }

  @Test
  void what_was_written_is_read() {
    Outcome<Written> written = Results.expect(Written.class, write("a", "1"));
    assertThat(written).isInstanceOf(Outcome.Ok.class);
    assertThat(read("a")).contains("1");
    assertThat(read("b")).isEmpty();
  }

  @Test
  void a_lost_race_is_refused_by_its_code() {
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    Outcome<Result> lost = Await.result(client.change(GROUP, put("a", "2", Expect.ABSENT)));
    assertThat(Results.expect(Written.class, lost))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.code()).isEqualTo("revision-mismatch"));
  }

  @Test
  void the_leader_is_found_wherever_it_is() {
    storage.leader(GROUP, Optional.of(C));
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    storage.leader(GROUP, Optional.of(B));
    assertThat(write("a", "2")).isInstanceOf(Outcome.Ok.class);
    assertThat(read("a")).contains("2");
  }

  @Test
  void a_change_whose_answer_is_lost_is_carried_out_once() {
    AtomicInteger dropped = new AtomicInteger();
    storage.fault(
        (node, request) ->
            request instanceof Write && dropped.getAndIncrement() == 0
                ? storage.droppedReplies().apply(node, request)
                : Optional.empty());
    int before = storage.applied(GROUP);
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    assertThat(dropped).hasValueGreaterThan(1);
    assertThat(storage.applied(GROUP) - before).isEqualTo(1);
  }

  @Test
  void a_client_that_the_group_has_forgotten_is_no_stranger_for_ever() {
    AtomicReference<String> forgotten = new AtomicReference<>("");
    storage.fault(
        (node, request) -> {
          if (request instanceof Write write) {
            Mutation mutation = write.mutation();
            boolean first = forgotten.compareAndSet("", mutation.client());
            if (first || forgotten.get().equals(mutation.client())) {
              return FakeStorage.refuse(
                  new Applied(new TooLate(mutation.client(), mutation.sequence())));
            }
          }
          return Optional.empty();
        });
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    assertThat(write("a", "2")).isInstanceOf(Outcome.Ok.class);
    assertThat(read("a")).contains("2");
  }

  @Test
  void a_new_leader_gets_what_is_under_way_at_once() {
    storage.fault(
        (node, request) ->
            node.equals(A) && request instanceof Write ? FakeStorage.silence() : Optional.empty());
    List<Future<Outcome<Result>>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(client.change(GROUP, put("k" + i, "1", Expect.ANY)));
    }
    storage.elect(GROUP, B);
    for (Future<Outcome<Result>> write : writes) {
      assertThat(Await.result(write)).isInstanceOf(Outcome.Ok.class);
    }
  }

  @Test
  void a_node_that_founded_a_store_of_its_own_does_not_draw_writes_away_from_the_right_one() {
    assertThat(Await.result(client.dataGroups())).isInstanceOf(Outcome.Ok.class);
    AtomicInteger asked = new AtomicInteger();
    storage.fault(
        (node, request) -> {
          if (!node.equals(C)) {
            return Optional.empty();
          }
          asked.incrementAndGet();
          return FakeStorage.refuse(new Unavailable(Unavailable.OTHER_CLUSTER));
        });
    nodes
        .getFirst()
        .bus()
        .publish(Addresses.STORAGE_LEADERS, new Leads(GROUP, C, 1_000, "another"));

    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    assertThat(asked).hasValue(0);

    // From an earlier version, which does not say whose the group is.
    nodes.getFirst().bus().publish(Addresses.STORAGE_LEADERS, new Leads(GROUP, C, 1_001, ""));
    for (int i = 0; i < 20; i++) {
      assertThat(write("a", "" + i)).isInstanceOf(Outcome.Ok.class);
    }
    assertThat(asked).hasValueLessThan(2);
  }

  @Test
  void without_a_quorum_reads_and_changes_are_refused_in_time() {
    storage.fault((node, request) -> FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));
    long startNs = System.nanoTime();
    assertThat(write("a", "1"))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, refused -> assertThat(refused.code()).isEqualTo("no-quorum"));
    assertThat(Await.result(client.get(GROUP, "a"))).isInstanceOf(Outcome.Rejected.class);
    assertThat(System.nanoTime() - startNs).isGreaterThan(2_700_000_000L);
  }

  @Test
  void a_silent_store_leaves_a_change_unknown_and_a_read_refused() {
    storage.fault((node, request) -> FakeStorage.silence());
    assertThat(write("a", "1")).isInstanceOf(Outcome.Unknown.class);
    assertThat(Await.result(client.get(GROUP, "a"))).isInstanceOf(Outcome.Rejected.class);
  }

  @Test
  void overload_is_passed_on_at_once() {
    storage.fault((node, request) -> FakeStorage.refuse(new Overloaded(10)));
    assertThat(write("a", "1"))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, refused -> assertThat(refused.code()).isEqualTo("overloaded"));
  }

  @Test
  void stale_reads_go_on_without_a_leader() {
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    storage.leader(GROUP, Optional.empty());
    Outcome<Found> found = Await.result(client.get(GROUP, "a", Freshness.STALE, 0));
    assertThat(found).isInstanceOf(Outcome.Ok.class);
  }

  @Test
  void what_a_lost_node_was_asked_is_asked_elsewhere() {
    storage.fault(
        (node, request) ->
            node.equals(A) && request instanceof Get ? FakeStorage.silence() : Optional.empty());
    Future<Outcome<Found>> asked = client.get(GROUP, "a");
    storage.leader(GROUP, Optional.of(B));
    nodes.getFirst().members().leave(A);
    assertThat(Await.result(asked)).isInstanceOf(Outcome.Ok.class);
  }

  @Test
  void a_request_with_an_id_is_carried_out_once_whoever_sends_it() {
    StorageClient other =
        new StorageClient(vertx, nodes.get(1).bus(), nodes.get(1).members(), Time.SYSTEM);
    Put put = put("a", "1", Expect.ABSENT);
    Outcome<Result> first = Await.result(client.changeOnce("order-7", GROUP, put));
    Outcome<Result> second = Await.result(other.changeOnce("order-7", GROUP, put));
    assertThat(second).isEqualTo(first).isInstanceOf(Outcome.Ok.class);
  }

  @Test
  void the_number_of_data_groups_is_read_from_the_store() {
    assertThat(Await.result(client.dataGroups())).isEqualTo(new Outcome.Ok<>(1));
  }

  @Test
  void the_roster_of_another_cluster_does_not_hide_a_newer_one_of_ones_own() {
    Roster first = ((Outcome.Ok<Roster>) Await.result(client.roster())).value();
    storage.roster(A, new Roster("another", 9, first.nodes(), first.groups(), List.of()));
    storage.registry(List.of(B));

    assertThat(Await.result(client.roster()))
        .isInstanceOfSatisfying(
            Outcome.Ok.class,
            ok -> assertThat(((Roster) ok.value()).registry()).containsExactly(B));
  }

  @Test
  void a_watch_sees_every_change_in_order_whichever_replica_answers() {
    List<Change> seen = new CopyOnWriteArrayList<>();
    Watch watch =
        Watch.start(
            client,
            GROUP,
            "a",
            0,
            changes -> {
              seen.addAll(changes.changes());
              return Future.succeededFuture();
            });
    AtomicInteger asked = new AtomicInteger();
    storage.fault(
        (node, request) ->
            request instanceof StorageMessage.Await && asked.incrementAndGet() % 3 == 0
                ? FakeStorage.refuse(new Unavailable(Unavailable.STOPPING))
                : Optional.empty());
    for (int i = 0; i < 50; i++) {
      assertThat(write("a" + i % 7, "" + i)).isInstanceOf(Outcome.Ok.class);
      assertThat(write("b", "" + i)).isInstanceOf(Outcome.Ok.class);
    }
    Await.until("all are seen", () -> seen.size() >= 50);
    watch.close();
    assertThat(seen.stream().map(change -> change.value().orElseThrow().text()))
        .containsExactlyElementsOf(
            java.util.stream.IntStream.range(0, 50).mapToObj(String::valueOf).toList());
  }

  @Test
  void a_watch_whose_history_is_gone_says_so_and_ends() {
    assertThat(write("a", "1")).isInstanceOf(Outcome.Ok.class);
    storage.compact(GROUP);
    List<Changes> seen = new CopyOnWriteArrayList<>();
    Watch watch =
        Watch.start(
            client,
            GROUP,
            "a",
            0,
            changes -> {
              seen.add(changes);
              return Future.succeededFuture();
            });
    Await.until("it is told", () -> !seen.isEmpty());
    assertThat(write("a", "2")).isInstanceOf(Outcome.Ok.class);
    assertThat(seen).hasSize(1);
    assertThat(seen.getFirst().compacted()).isTrue();
    watch.close();
  }

  @Test
  void a_lease_goes_from_one_holder_to_the_next() {
    Holder first = new Holder("one");
    Await.until("one holds it", () -> first.lease.epoch().isPresent());
    Holder second = new Holder("two");
    Await.result(first.lease.close());
    assertThat(first.lease.epoch()).isEmpty();
    Await.until("two holds it", () -> second.lease.epoch().isPresent());
    OptionalLong epoch = second.lease.epoch();
    assertThat(first.told).hasSize(2);
    storage.endLease("hawser/test");
    Await.until(
        "two has it again under a new epoch",
        () ->
            second.lease.epoch().isPresent()
                && second.lease.epoch().getAsLong() > epoch.getAsLong());
    assertThat(second.told).hasSize(3);
    Await.result(second.lease.close());
  }

  private final class Holder implements LeaseHolder.Listener {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final LeaseHolder lease;

    private Holder(String name) {
      lease = new LeaseHolder(client, "hawser/test", name, 600, this);
      lease.start();
    }

    @Override
    public void held(long epoch) {
      told.add("held " + epoch);
    }

    @Override
    public void lost(long epoch) {
      told.add("lost " + epoch);
    }
  }
}
