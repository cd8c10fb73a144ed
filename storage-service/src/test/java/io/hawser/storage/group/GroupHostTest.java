package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Change;
import io.hawser.model.StorageMessage.Changes;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.Leap;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Written;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupHostTest {
  private static final String META = HostRig.META;
  private static final Duration LONG = Duration.ofSeconds(60);

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

  private static Acquire acquire(String holder) {
    return new Acquire("l", holder, 1_000);
  }

  @Test
  void those_who_want_a_lease_do_not_keep_it_for_who_has_left_it() {
    LeaseState held = (LeaseState) ((Applied) rig.change(acquire("gone"))).result();
    rig.time.advanceMs(999);
    Future<Content> contender = rig.propose(acquire("b"));
    rig.tick();
    assertThat(rig.proposed()).containsExactly(acquire("b"));

    rig.time.advanceMs(1);
    rig.tick();
    assertThat(rig.on(() -> true)).isTrue();

    assertThat(rig.proposed()).containsExactly(acquire("b"), new Expire("l", held.epoch(), 1));
    rig.decideAll();
    assertThat(((Applied) Await.result(contender)).result()).isInstanceOf(LeaseHeld.class);
    assertThat(((Applied) rig.change(acquire("b"))).result()).isInstanceOf(LeaseState.class);
  }

  @Test
  void a_holder_that_takes_its_lease_again_in_time_keeps_it_however_long_that_takes() {
    LeaseState held = (LeaseState) ((Applied) rig.change(acquire("a"))).result();
    rig.time.advanceMs(999);
    Future<Content> again = rig.propose(acquire("a"));
    rig.time.advanceMs(1);
    rig.tick();
    assertThat(rig.proposed()).isEqualTo(List.of(acquire("a")));

    rig.decideAll();
    rig.tick();
    assertThat(rig.proposed()).isEmpty();
    assertThat(((Applied) Await.result(again)).result()).isEqualTo(held);
    rig.time.advanceMs(1_000);
    rig.tick();
    assertThat(rig.on(() -> true)).isTrue();
    assertThat(rig.proposed()).containsExactly(new Expire("l", held.epoch(), 2));
  }

  @Test
  void a_replica_that_is_made_the_only_voter_leads_far_above_all_that_was_given_away() {
    LeaseState before = (LeaseState) ((Applied) rig.change(acquire("a"))).result();
    Future<Content> waiting = rig.ask(new StorageMessage.Await(META, "k", 1, 10, 60_000));
    Future<Void> done = rig.on(() -> rig.host.recover());
    Await.until("the voters are reset", () -> !rig.leads(), LONG);
    rig.lead();
    awaitLeap();

    assertThat(Await.result(rig.propose(acquire("b")))).isInstanceOf(NotLeader.class);
    rig.decideAll();
    Await.until("it is done", done::succeeded, LONG);

    assertThat(((Changes) Await.result(waiting)).compacted()).isTrue();
    assertThat(look(before.epoch() + 1).compacted()).isTrue();
    LeaseState after =
        (LeaseState) ((Applied) rig.change(new Acquire("other", "b", 1_000))).result();
    assertThat(after.epoch()).isGreaterThan(before.epoch() + (1L << 40));
    assertThat(look(after.epoch() - 1)).isEqualTo(new Changes(after.epoch(), List.of(), false));
  }

  private void awaitLeap() {
    Await.until(
        "a leap is proposed",
        () -> {
          rig.tick();
          return !rig.proposed().isEmpty();
        },
        LONG);
    assertThat(rig.proposed()).singleElement().isInstanceOf(Leap.class);
  }

  private Changes look(long afterRevision) {
    return (Changes)
        Await.result(rig.ask(new StorageMessage.Await(META, "", afterRevision, 10, 0)));
  }

  @Test
  void a_leap_that_was_not_made_is_made_after_a_restart() throws Exception {
    long revision = ((Written) ((Applied) rig.put("k", "v")).result()).revision();
    Future<Void> unused = rig.on(() -> rig.host.recover());
    Await.until("the voters are reset", () -> !rig.leads(), LONG);
    for (int i = 0; i < 2; i++) {
      rig.close();
      rig = new HostRig(dir);
      rig.lead();
      assertThat(Await.result(rig.propose(acquire("b")))).isInstanceOf(NotLeader.class);
      awaitLeap();
    }
    rig.decideAll();

    long leapt = ((Written) ((Applied) rig.put("k", "w")).result()).revision();
    assertThat(leapt).isGreaterThan(revision + (1L << 40));
    Await.until("it is noted", () -> !dir.resolve(META).resolve("leap-owed").toFile().exists());
    rig.close();
    rig = new HostRig(dir);
    rig.lead();
    assertThat(((Written) ((Applied) rig.put("k", "x")).result()).revision()).isEqualTo(leapt + 1);
  }

  @Test
  void who_has_seen_more_than_there_is_lists_anew() {
    long revision = ((Written) ((Applied) rig.put("k", "v")).result()).revision();

    assertThat(look(revision)).isEqualTo(new Changes(revision, List.of(), false));
    assertThat(look(revision + 1)).isEqualTo(new Changes(revision, List.of(), true));
  }

  /** As when a node stops before it has reset the voters, and the others are there again. */
  @Test
  void a_leap_that_was_owed_for_nothing_is_forgotten_by_who_is_chosen_by_several()
      throws Exception {
    long revision = ((Written) ((Applied) rig.put("k", "v")).result()).revision();
    Path note = Files.createFile(dir.resolve(META).resolve("leap-owed"));
    rig.close();
    rig = new HostRig(dir);

    rig.lead(Set.of(HostRig.SELF, new NodeId("node-1"), new NodeId("node-2")));

    assertThat(((Written) ((Applied) rig.put("k", "w")).result()).revision())
        .isEqualTo(revision + 1);
    Await.until("it is forgotten", () -> !Files.exists(note), LONG);
  }

  @Test
  void who_is_about_to_wait_when_the_replica_closes_is_told_so() {
    Future<Content> waits =
        rig.on(
            () -> {
              Future<Content> asked =
                  rig.host.handle(new StorageMessage.Await(META, "k", 0, 10, 60_000));
              Future<Void> unused = rig.host.close();
              return asked;
            });

    assertThat(Await.result(waits)).isEqualTo(new Unavailable(Unavailable.STOPPING));
    rig.logClosed.complete();
  }

  @Test
  void who_waits_for_a_quiet_prefix_of_a_busy_group_is_not_told_to_list_anew() {
    rig.put("busy", "v");
    StorageMessage.Await wait = new StorageMessage.Await(META, "quiet/", 1, 10, 60_000);
    Future<Content> one = rig.ask(wait);
    Future<Content> other = rig.ask(new StorageMessage.Await(META, "still/", 1, 10, 60_000));
    Await.until("both wait", () -> rig.on(rig.host::waiting) == 2, LONG);
    long revision = rig.fillHistory("busy");

    rig.put("quiet/k", "v");
    Changes woken = (Changes) Await.result(one);
    assertThat(woken.compacted()).isFalse();
    assertThat(woken.changes()).singleElement().extracting(Change::key).isEqualTo("quiet/k");
    assertThat(woken.revision()).isEqualTo(revision + 1);
    rig.time.advanceMs(60_000);
    rig.tick();

    assertThat(Await.result(other)).isEqualTo(new Changes(revision + 1, List.of(), false));
    assertThat(look(1).compacted()).as("the history does not reach back so far").isTrue();
  }
}
