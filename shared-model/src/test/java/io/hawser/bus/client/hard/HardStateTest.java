package io.hawser.bus.client.hard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.bus.client.hard.HardState.Write;
import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.Blob;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.node.Time;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HardStateTest {
  private static final FacetKey OPS = FacetKey.named(Kind.RECEIVER, "ops");
  private static final FacetKey DEV = FacetKey.named(Kind.RECEIVER, "dev");

  private final Vertx vertx = Vertx.vertx();
  private final List<Long> mirrored = new CopyOnWriteArrayList<>();
  private FakeStorage storage;
  private StorageClient client;
  private HardState hard;

  @BeforeEach
  void start() {
    TestNode node = TestNode.start(vertx);
    storage = FakeStorage.start(vertx, node.bus(), 1, node.id());
    client = new StorageClient(vertx, node.bus(), node.members(), Time.SYSTEM);
    hard = new HardState(client, this::mirror);
  }

  private Future<Void> mirror(long revision, List<Write> writes) {
    writes.forEach(write -> mirrored.add(revision));
    return Future.succeededFuture();
  }

  @AfterEach
  void stop() {
    Await.result(vertx.close());
  }

  private static Receiver to(String url) {
    return new Receiver(url);
  }

  private Outcome<Committed> put(FacetKey key, String url, Expect expect, Fence... fences) {
    return Await.result(hard.put(key, to(url), expect, List.of(fences)));
  }

  private long written(FacetKey key, String url, Expect expect) {
    return ok(put(key, url, expect)).revision();
  }

  private Optional<Held<Receiver>> get(FacetKey key) {
    return ok(Await.result(hard.get(key, Receiver.class)));
  }

  private static <T> T ok(Outcome<T> outcome) {
    if (outcome instanceof Outcome.Ok<T> ok) {
      return ok.value();
    }
    throw new AssertionError(outcome);
  }

  private static void assertRefused(Outcome<?> outcome, String code) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class, refused -> assertThat(refused.code()).isEqualTo(code));
  }

  @Test
  void what_was_written_is_read_with_its_revision() {
    assertThat(get(OPS)).isEmpty();
    Committed committed = ok(put(OPS, "http://a", Expect.ABSENT));
    assertThat(committed.created()).containsExactly(OPS);
    assertThat(get(OPS)).contains(new Held<>(OPS, to("http://a"), committed.revision()));
  }

  @Test
  void a_write_that_expects_another_revision_changes_nothing() {
    long first = written(OPS, "http://a", Expect.ABSENT);
    assertRefused(put(OPS, "http://b", Expect.ABSENT), "revision-mismatch");
    long second = written(OPS, "http://b", Expect.revision(first));
    assertRefused(put(OPS, "http://c", Expect.revision(first)), "revision-mismatch");
    assertThat(get(OPS)).contains(new Held<>(OPS, to("http://b"), second));
  }

  @Test
  void who_overwrites_a_record_does_not_create_it() {
    long first = written(OPS, "http://a", Expect.ANY);
    assertThat(ok(put(OPS, "http://b", Expect.revision(first))).created()).isEmpty();
  }

  @Test
  void several_records_are_written_together_or_not_at_all() {
    long revision = written(OPS, "http://a", Expect.ANY);
    List<Write> wrong =
        List.of(
            Write.put(DEV, to("http://d"), Expect.ABSENT),
            Write.delete(OPS, Expect.revision(revision + 1)));
    assertRefused(Await.result(hard.commit(wrong, List.of())), "revision-mismatch");
    assertThat(get(DEV)).isEmpty();
    List<Write> right =
        List.of(
            Write.put(DEV, to("http://d"), Expect.ABSENT),
            Write.delete(OPS, Expect.revision(revision)));
    Committed committed = ok(Await.result(hard.commit(right, List.of())));
    assertThat(get(DEV)).contains(new Held<>(DEV, to("http://d"), committed.revision()));
    assertThat(get(OPS)).isEmpty();
  }

  @Test
  void a_deposed_holder_refuses_to_be_heard() {
    assertThat(put(OPS, "http://a", Expect.ANY, new Fence("hawser/failover", 7)))
        .isInstanceOf(Outcome.Ok.class);
    assertRefused(put(OPS, "http://b", Expect.ANY, new Fence("hawser/failover", 6)), "fenced");
    assertThat(get(OPS).orElseThrow().value()).isEqualTo(to("http://a"));
  }

  @Test
  void a_raised_fence_stops_what_the_predecessor_has_under_way() {
    assertThat(Await.result(hard.raise(new Fence("hawser/failover", 7))))
        .isInstanceOf(Outcome.Ok.class);
    assertRefused(put(OPS, "http://b", Expect.ANY, new Fence("hawser/failover", 6)), "fenced");
    assertRefused(Await.result(hard.raise(new Fence("hawser/failover", 6))), "fenced");
  }

  @Test
  void as_many_records_as_are_promised_are_written_together() {
    List<Write> many = new ArrayList<>();
    for (int i = 0; i < HardState.MAX_WRITES; i++) {
      many.add(Write.put(FacetKey.named(Kind.RECEIVER, "r" + i), to("x"), Expect.ABSENT));
    }
    assertThat(Await.result(hard.commit(many, List.of()))).isInstanceOf(Outcome.Ok.class);
    many.add(Write.delete(OPS, Expect.ANY));
    assertThatThrownBy(() -> hard.commit(many, List.of()).result())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_record_is_deleted_only_as_it_is_expected_to_be() {
    long revision = written(OPS, "http://a", Expect.ANY);
    assertRefused(Await.result(hard.delete(DEV, Expect.PRESENT, List.of())), "revision-mismatch");
    assertThat(ok(Await.result(hard.delete(OPS, Expect.revision(revision), List.of()))).created())
        .isEmpty();
    assertThat(get(OPS)).isEmpty();
  }

  @Test
  void a_list_has_all_records_of_a_kind_however_many() {
    int many = 1_001;
    for (int i = 0; i < many; i++) {
      long unused = written(FacetKey.named(Kind.RECEIVER, "r%04d".formatted(i)), "x", Expect.ANY);
    }
    long unused = written(FacetKey.named(Kind.ROUTE, "r"), "of another kind", Expect.ANY);
    List<Held<Receiver>> all = ok(Await.result(hard.list(Kind.RECEIVER, Receiver.class)));
    assertThat(all).hasSize(many);
    assertThat(all.getLast().key().name()).isEqualTo("r1000");
  }

  @Test
  void a_list_of_a_scope_has_no_other_scope() {
    FacetKey one = new FacetKey(Kind.BACKUP, "shop", "b1");
    long unused = written(one, "of shop", Expect.ANY);
    long ignored = written(new FacetKey(Kind.BACKUP, "shop2", "b1"), "of shop2", Expect.ANY);
    assertThat(ok(Await.result(hard.list(Kind.BACKUP, "shop", Receiver.class))))
        .extracting(Held::key)
        .containsExactly(one);
  }

  @Test
  void what_this_version_cannot_read_is_refused_and_not_left_out() {
    assertThat(
            Await.result(
                client.change(
                    StorageMessage.META,
                    new Put(
                        HardKeys.of(OPS),
                        Blob.utf8("of the future"),
                        Expect.ANY,
                        Life.FOREVER,
                        List.of()))))
        .isInstanceOf(Outcome.Ok.class);
    assertRefused(Await.result(hard.list(Kind.RECEIVER, Receiver.class)), "unreadable");
    assertRefused(Await.result(hard.get(OPS, Receiver.class)), "unreadable");
  }

  @Test
  void without_a_quorum_nothing_is_read_or_written() {
    storage.fault((node, request) -> FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));
    assertRefused(put(OPS, "http://a", Expect.ANY), "no-quorum");
    assertRefused(Await.result(hard.get(OPS, Receiver.class)), "no-quorum");
    assertThat(mirrored).isEmpty();
  }

  @Test
  void the_mirror_knows_of_a_write_before_the_writer() {
    long revision = written(OPS, "http://a", Expect.ANY);
    assertThat(mirrored).containsExactly(revision);
  }

  @Test
  void a_record_is_not_written_twice_in_one_commit() {
    List<Write> twice = List.of(Write.delete(OPS, Expect.ANY), Write.delete(OPS, Expect.ANY));
    assertThatThrownBy(() -> hard.commit(twice, List.of()).result())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keys_and_names_are_told_from_each_other() {
    for (Kind kind : Kind.values()) {
      FacetKey key = new FacetKey(kind, "shop", "s1");
      assertThat(HardKeys.parse(HardKeys.of(key))).contains(key);
    }
    FacetKey policy = new FacetKey(Kind.POLICY, "shop", "");
    assertThat(HardKeys.of(policy)).isEqualTo("hawser/policy/shop/");
    assertThat(HardKeys.parse("hawser/policy/shop/")).contains(policy);
    assertThat(HardKeys.of(FacetKey.named(Kind.PROCESS_OWNER, "x")))
        .isEqualTo("hawser/process-owner//x");
    assertThat(HardKeys.parse("hawser/unheard-of/shop/s1")).isEmpty();
    assertThat(HardKeys.parse("hawser/policy")).isEmpty();
    assertThat(HardKeys.parse("other/policy/shop/")).isEmpty();
    assertThatThrownBy(() -> HardKeys.of(new FacetKey(Kind.ROLE, "a/b", "c")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
