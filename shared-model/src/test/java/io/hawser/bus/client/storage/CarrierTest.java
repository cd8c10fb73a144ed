package io.hawser.bus.client.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.catalog.Refused;
import io.hawser.model.Blob;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Answered;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.model.StorageMessage.Together;
import io.hawser.model.StorageMessage.Told;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.Written;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.FakeTime;
import io.hawser.testing.TestNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CarrierTest {
  private static final NodeId A = new NodeId("node-0");

  private final Vertx vertx = Vertx.vertx();
  private final FakeTime time = new FakeTime();
  private final List<StorageMessage> arrived = new CopyOnWriteArrayList<>();
  private TestNode node;
  private Carrier carrier;
  private String cluster = "";

  @BeforeEach
  void start() {
    node = TestNode.cluster(vertx, 1, Time.SYSTEM).getFirst();
    carrier = new Carrier(vertx, node.bus(), time.time(), () -> cluster);
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private void serve(Function<StorageMessage, Future<Reply>> handler) {
    Await.result(
        node.bus()
            .serve(
                Addresses.STORAGE,
                A,
                request -> {
                  arrived.add(request);
                  return handler.apply(request);
                }));
  }

  private static Get get(String key) {
    return new Get("data-0", key, Freshness.LINEARIZABLE, 0);
  }

  private static Write write(int bytes) {
    return write("k", bytes);
  }

  private static Write write(String key) {
    return write(key, 1);
  }

  private static Write write(String key, int bytes) {
    Put put = new Put(key, Blob.wrap(new byte[bytes]), Expect.ANY, Life.FOREVER, List.of());
    return new Write("data-0", new Mutation("c", 1, 1, put));
  }

  private static Put put(StorageMessage request) {
    return (Put) ((Write) request).mutation().op();
  }

  private static Future<Content> echo(StorageMessage request) {
    if (request instanceof Get get && get.key().equals("bad")) {
      throw new Refused("bad-request", "no");
    }
    return request instanceof Get get
        ? Future.succeededFuture(new Told(get.key()))
        : Future.succeededFuture(new Told("written"));
  }

  private static Future<Reply> answer(StorageMessage request) {
    return request instanceof Several several
        ? Bundles.answer(several, "ours", CarrierTest::echo)
        : echo(request).map(Reply::new);
  }

  private Several several(List<? extends StorageMessage> requests) {
    return new Several(cluster, List.copyOf(requests), requests.size());
  }

  /** Sends all in one turn. */
  private List<Outcome<Reply>> send(List<? extends StorageMessage> requests) {
    return send(vertx.getOrCreateContext(), requests);
  }

  private List<Outcome<Reply>> send(Context context, List<? extends StorageMessage> requests) {
    Promise<List<Outcome<Reply>>> all = Promise.promise();
    context.runOnContext(
        v -> {
          List<Future<Outcome<Reply>>> sent =
              requests.stream().map(r -> carrier.send(A, r, 10_000)).toList();
          Future.all(sent)
              .onSuccess(done -> all.complete(done.<Outcome<Reply>>list()))
              .onFailure(all::fail);
        });
    return Await.result(all.future());
  }

  /** A context on an event loop of its own. */
  private Context elsewhere(Set<Thread> taken) {
    Promise<Context> found = Promise.promise();
    class Probe extends VerticleBase {
      @Override
      public Future<?> start() {
        return taken.add(Thread.currentThread())
            ? Future.succeededFuture(found.tryComplete(context))
            : vertx.deployVerticle(new Probe());
      }
    }
    Await.result(vertx.deployVerticle(new Probe()));
    return Await.result(found.future());
  }

  private static void opened(CountDownLatch latch) {
    try {
      assertThat(latch.await(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Outcome<Reply> ok(String text) {
    return new Outcome.Ok<>(new Reply(new Told(text)));
  }

  @Test
  void requests_of_one_turn_go_in_one_message_and_each_has_its_own_answer() {
    serve(CarrierTest::answer);

    assertThat(send(List.of(get("a"), get("bad"), get("c"))))
        .containsExactly(ok("a"), new Outcome.Rejected<>("bad-request", "no"), ok("c"));
    assertThat(arrived).containsExactly(several(List.of(get("a"), get("bad"), get("c"))));
  }

  @Test
  void a_stale_read_does_not_wait_for_those_that_need_a_quorum() {
    serve(CarrierTest::answer);
    Get stale = new Get("data-0", "b", Freshness.STALE, 0);

    assertThat(send(List.of(get("a"), stale))).containsExactly(ok("a"), ok("b"));
    assertThat(arrived)
        .containsExactlyInAnyOrder(several(List.of(get("a"))), several(List.of(stale)));
  }

  @Test
  void more_than_fit_in_one_message_go_in_several() {
    serve(CarrierTest::answer);
    List<Get> many = IntStream.range(0, 129).mapToObj(i -> get("k" + i)).toList();

    assertThat(send(many)).containsExactlyElementsOf(many.stream().map(g -> ok(g.key())).toList());
    assertThat(arrived)
        .containsExactly(
            several(many.subList(0, 64)),
            several(many.subList(64, 128)),
            several(List.of(many.getLast())));
  }

  @Test
  void reads_do_not_wait_for_changes_and_what_is_large_goes_alone() {
    serve(CarrierTest::answer);

    assertThat(send(List.of(get("a"), write(1), write(5_000), get("b"), write(2)))).hasSize(5);
    assertThat(arrived)
        .containsExactlyInAnyOrder(
            several(List.of(write(5_000))),
            several(List.of(get("a"), get("b"))),
            several(List.of(write(1), write(2))));
  }

  @Test
  void a_node_that_takes_one_at_a_time_gets_them_so() {
    serve(
        request ->
            request instanceof Several
                ? Future.failedFuture(new Refused("unknown-request", "what?"))
                : answer(request));

    assertThat(send(List.of(get("a"), get("b")))).containsExactly(ok("a"), ok("b"));
    assertThat(send(List.of(get("c"), get("d")))).containsExactly(ok("c"), ok("d"));
    assertThat(arrived.stream().filter(Several.class::isInstance)).hasSize(1);
  }

  @Test
  void a_node_that_takes_one_at_a_time_is_asked_again_later_whether_it_still_does() {
    AtomicBoolean old = new AtomicBoolean(true);
    serve(
        request ->
            request instanceof Several && old.get()
                ? Future.failedFuture(new Refused("unknown-request", "what?"))
                : answer(request));
    assertThat(send(List.of(get("a")))).containsExactly(ok("a"));
    old.set(false);
    arrived.clear();

    time.advanceMs(59_999);
    assertThat(send(List.of(get("b")))).containsExactly(ok("b"));
    assertThat(arrived).containsExactly(get("b"));
    time.advanceMs(1);
    assertThat(send(List.of(get("c")))).containsExactly(ok("c"));
    assertThat(arrived).containsExactly(get("b"), several(List.of(get("c"))));
  }

  @Test
  void a_request_that_a_node_cannot_read_is_refused_and_its_neighbours_are_carried_out_once() {
    List<StorageMessage> done = new CopyOnWriteArrayList<>();
    serve(
        request -> {
          Several read = (Several) request;
          List<StorageMessage> known =
              read.requests().stream().filter(r -> !r.equals(get("new"))).toList();
          return Bundles.answer(
              new Several(read.cluster(), known, read.count()),
              "ours",
              each -> {
                done.add(each);
                return echo(each);
              });
        });

    List<Outcome<Reply>> outcomes = send(List.of(get("a"), get("new"), get("c")));
    assertThat(outcomes.get(0)).isEqualTo(ok("a"));
    assertThat(outcomes.get(1))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, no -> assertThat(no.code()).isEqualTo("unknown-request"));
    assertThat(outcomes.get(2)).isEqualTo(ok("c"));
    assertThat(done).containsExactly(get("a"), get("c"));
    assertThat(send(List.of(get("d"), get("e")))).as("together").hasSize(2);
    assertThat(arrived.getLast()).isEqualTo(several(List.of(get("d"), get("e"))));
  }

  @Test
  void an_answer_that_the_client_cannot_read_leaves_the_others_theirs() {
    serve(
        request ->
            answer(request)
                .map(
                    reply -> {
                      List<Answered> all = ((Together) reply.content()).answers();
                      return new Reply(
                          new Together(
                              all.stream()
                                  .filter(a -> !a.content().equals(Optional.of(new Told("new"))))
                                  .toList()));
                    }));

    List<Outcome<Reply>> outcomes = send(List.of(get("a"), get("new"), get("c")));
    assertThat(outcomes.get(0)).isEqualTo(ok("a"));
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Unknown.class);
    assertThat(outcomes.get(2)).isEqualTo(ok("c"));
  }

  @Test
  void a_change_whose_answer_cannot_be_read_and_that_is_then_refused_may_have_been_made() {
    Applied made = new Applied(new Written(7, Optional.empty(), false));
    serve(
        request -> {
          Several several = (Several) request;
          Content alone =
              switch (put(several.requests().getFirst()).key()) {
                case "busy" -> new Overloaded(50);
                case "full" -> new NoRoom(9, 10);
                case "late" -> new Applied(new TooLate("c", 1));
                default -> made;
              };
          // Together they are carried out, but one answer is of a later version.
          return Future.succeededFuture(
              new Reply(
                  new Together(
                      several.count() > 1
                          ? List.of()
                          : List.of(new Answered(Optional.of(alone), "", "")))));
        });

    List<Outcome<Reply>> outcomes =
        send(List.of(write("busy"), write("full"), write("late"), write("fine")));
    assertThat(outcomes.subList(0, 3))
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unknown.class));
    assertThat(outcomes.get(3)).isEqualTo(new Outcome.Ok<>(new Reply(made)));
  }

  @Test
  void a_change_that_was_not_read_and_is_then_refused_was_not_made() {
    Content busy = new Overloaded(50);
    serve(
        request ->
            ((Several) request).count() > 1
                ? Future.failedFuture(new Refused(Several.UNREAD, "one is new"))
                : Future.succeededFuture(
                    new Reply(new Together(List.of(new Answered(Optional.of(busy), "", ""))))));

    assertThat(send(List.of(write("a"), write("b"))))
        .hasSize(2)
        .containsOnly(new Outcome.Ok<>(new Reply(busy)));
  }

  @Test
  void large_values_do_not_all_come_in_one_answer() {
    List<Long> sizes = new CopyOnWriteArrayList<>();
    Content value = new Found(1, Optional.empty(), Optional.of(Blob.wrap(new byte[300_000])));
    serve(
        request ->
            Bundles.answer((Several) request, "ours", each -> Future.succeededFuture(value))
                .onSuccess(
                    reply ->
                        sizes.add(
                            ((Together) reply.content())
                                .answers().stream().filter(a -> a.content().isPresent()).count())));

    List<Get> many = IntStream.range(0, 8).mapToObj(i -> get("k" + i)).toList();
    assertThat(send(many)).hasSize(8).containsOnly(new Outcome.Ok<>(new Reply(value)));
    assertThat(sizes).containsExactly(3L, 1L, 1L, 1L, 1L, 1L);
  }

  @Test
  void nobody_waits_for_another_event_loop_that_is_busy() {
    Set<Thread> loops = ConcurrentHashMap.newKeySet();
    serve(
        request -> {
          loops.add(Thread.currentThread());
          return answer(request);
        });
    assertThat(send(List.of(get("a")))).containsExactly(ok("a"));
    Context busy = elsewhere(loops);
    Context other = elsewhere(loops);
    CountDownLatch sent = new CountDownLatch(1);
    CountDownLatch answered = new CountDownLatch(1);
    Promise<Outcome<Reply>> late = Promise.promise();
    busy.runOnContext(
        v -> {
          Future<?> unused = carrier.send(A, get("late"), 10_000).onComplete(late);
          sent.countDown();
          opened(answered);
        });
    opened(sent);

    assertThat(send(other, List.of(get("b")))).containsExactly(ok("b"));
    answered.countDown();
    assertThat(Await.result(late.future())).isEqualTo(ok("late"));
  }

  @Test
  void what_is_not_answered_is_unknown_for_each() {
    serve(request -> Future.failedFuture(new IllegalStateException("broken")));

    assertThat(send(List.of(get("a"), get("b"))))
        .hasSize(2)
        .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unknown.class));
  }

  @Test
  void a_node_of_another_cluster_than_the_one_that_is_meant_does_nothing() {
    List<StorageMessage> done = new CopyOnWriteArrayList<>();
    serve(
        request ->
            Bundles.answer(
                (Several) request,
                "ours",
                each -> {
                  done.add(each);
                  return echo(each);
                }));

    cluster = "theirs";
    Outcome<Reply> refused =
        new Outcome.Ok<>(new Reply(new Unavailable(Unavailable.OTHER_CLUSTER)));
    assertThat(send(List.of(get("a"), write(1)))).containsExactly(refused, refused);
    assertThat(done).isEmpty();
    cluster = "ours";
    assertThat(send(List.of(get("a")))).containsExactly(ok("a"));
    cluster = "";
    assertThat(send(List.of(get("b")))).as("it knows of none yet").containsExactly(ok("b"));
  }
}
