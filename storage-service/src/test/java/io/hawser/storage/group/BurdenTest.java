package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.core.Pursuit;
import io.hawser.catalog.Refused;
import io.hawser.model.Blob;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.storage.core.Limits;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BurdenTest {
  private static final StorageOp CHEAP = new RaiseFence(new Fence("r", 1));
  private static final Life SHORT = new Life(3_600_000, "", 0);

  @TempDir Path dir;
  private HostRig rig;

  @BeforeEach
  void begin() throws Exception {
    rig = new HostRig(dir);
    rig.lead();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private static Mutation once(String id) {
    return new Mutation(Mutation.ONCE + id, 1, 1, CHEAP);
  }

  private Future<Content> send(Mutation mutation) {
    Future<Content> answer = rig.ask(new Write(HostRig.META, mutation));
    rig.decideAll();
    return answer;
  }

  private static void assertOverloaded(Future<Content> answer) {
    assertThat(Await.failure(answer))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Pursuit.OVERLOADED));
  }

  @Test
  void no_id_is_forgotten_early_however_many_others_come() {
    Content first = Await.result(send(once("first")));
    List<Mutation> others = new ArrayList<>();
    for (int i = 0; i < Limits.CLIENTS - 1; i++) {
      others.add(once("other" + i));
    }
    rig.apply(others);
    assertThat(rig.store.sums().clients()).isEqualTo(Limits.CLIENTS);

    assertOverloaded(send(once("late")));
    assertThat(Await.result(send(once("first")))).isEqualTo(first);
    assertThat(Await.result(send(new Mutation("gateway.1", 1, 1, CHEAP))))
        .as("who makes more than one change is not meant")
        .isInstanceOf(Applied.class);
  }

  @Test
  void ids_age_also_when_nothing_comes_but_what_is_refused() {
    List<Mutation> others = new ArrayList<>();
    for (int i = 0; i < Limits.CLIENTS; i++) {
      others.add(once("other" + i));
    }
    rig.apply(others);
    assertOverloaded(send(once("late")));

    for (int minutes = 0; minutes < 13; minutes++) {
      rig.time.advanceMs(60_000);
      rig.tick();
      rig.decideAll();
    }

    assertThat(rig.store.sums().clients()).isLessThan(Limits.CLIENTS);
    assertThat(Await.result(send(once("late")))).isInstanceOf(Applied.class);
    rig.time.advanceMs(60_000);
    rig.tick();
    assertThat(rig.proposed()).as("there is room, and nobody is refused").isEmpty();
  }

  @Test
  void a_leader_counts_down_a_bounded_number_of_keys() {
    int batches = 0;
    while (send(timed(batches)).succeeded()) {
      batches++;
      assertThat(batches).isLessThan(1_000);
    }
    assertThat(batches).isGreaterThan(100);

    assertOverloaded(send(timed(batches)));
    assertOverloaded(send(put("one-more", SHORT)));
    assertThat(Await.result(send(put(name(0, 5), SHORT)))).isInstanceOf(Applied.class);
    assertThat(Await.result(send(put("for-ever", Life.FOREVER)))).isInstanceOf(Applied.class);
    for (int i = 0; i < 256; i++) {
      assertThat(Await.result(send(put(name(i / 128, i % 128), Life.FOREVER))))
          .isInstanceOf(Applied.class);
    }
    assertThat(Await.result(send(put("one-more", SHORT)))).isInstanceOf(Applied.class);
  }

  private static Mutation put(String key, Life life) {
    return new Mutation("", 0, 0, new Put(key, Blob.EMPTY, Expect.ANY, life, List.of()));
  }

  private static String name(int batch, int number) {
    return batch + "/" + number + "/" + "k".repeat(1_000);
  }

  private static Mutation timed(int batch) {
    List<TxnWrite> writes =
        IntStream.range(0, 128)
            .mapToObj(i -> new TxnWrite(name(batch, i), Optional.of(Blob.EMPTY), SHORT))
            .toList();
    return new Mutation("", 0, 0, new Txn(List.of(), writes, List.of(), List.of()));
  }

  @Test
  void a_leader_counts_down_a_bounded_number_of_leases_and_always_the_suites_own() {
    List<Mutation> many = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      many.add(new Mutation("", 0, 0, new Acquire("lease" + i, "h", 60_000)));
    }
    rig.apply(many);

    assertOverloaded(send(acquire("one-more")));
    for (String taken : List.of("hawser/failover", "lease7")) {
      assertThat(((Applied) Await.result(send(acquire(taken)))).result())
          .isInstanceOf(LeaseState.class);
    }
  }

  private static Mutation acquire(String lease) {
    return new Mutation("", 0, 0, new Acquire(lease, "h", 60_000));
  }
}
