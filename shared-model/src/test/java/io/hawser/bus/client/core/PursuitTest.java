package io.hawser.bus.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.core.Pursuit.Done;
import io.hawser.bus.client.core.Pursuit.Failed;
import io.hawser.bus.client.core.Pursuit.Send;
import io.hawser.bus.client.core.Pursuit.Step;
import io.hawser.bus.client.core.Pursuit.Wake;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.TooLate;
import io.hawser.model.StorageOp.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PursuitTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final long MS = 1_000_000;
  private static final Content DONE = new Applied(new Written(1, Optional.empty(), false));

  private long nowNs = Long.MAX_VALUE - 100 * MS;

  private Pursuit change(Optional<NodeId> leader) {
    return new Pursuit(true, leader, List.of(A, B, C), Patience.ofMs(1_500, 500));
  }

  private static Outcome<Reply> ok(Content content) {
    return new Outcome.Ok<>(new Reply(content));
  }

  private static Outcome<Reply> lost() {
    return new Outcome.Unknown<>("no answer in time");
  }

  private static List<NodeId> sends(List<Step> steps) {
    return steps.stream().filter(Send.class::isInstance).map(step -> ((Send) step).node()).toList();
  }

  private Pursuit later(Pursuit pursuit, long ms) {
    nowNs += ms * MS;
    return pursuit;
  }

  @Test
  void the_leader_is_asked_first_else_the_first_in_the_order() {
    assertThat(sends(change(Optional.of(C)).start(nowNs))).containsExactly(C);
    assertThat(sends(change(Optional.empty()).start(nowNs))).containsExactly(A);
  }

  @Test
  void who_does_not_lead_sends_on_to_who_does_at_once() {
    Pursuit pursuit = change(Optional.empty());
    assertThat(sends(pursuit.start(nowNs))).containsExactly(A);
    assertThat(sends(pursuit.answered(A, ok(new NotLeader(Optional.of(B))), nowNs)))
        .containsExactly(B);
    assertThat(pursuit.answered(B, ok(DONE), nowNs)).containsExactly(new Done(B, DONE));
  }

  @Test
  void two_nodes_that_name_each_other_are_not_asked_in_a_tight_loop() {
    Pursuit pursuit = change(Optional.empty());
    assertThat(pursuit.start(nowNs)).isNotEmpty();
    NodeId at = A;
    int sent = 0;
    for (int i = 0; i < 100; i++) {
      List<NodeId> next =
          sends(pursuit.answered(at, ok(new NotLeader(Optional.of(at.equals(A) ? B : A))), nowNs));
      if (next.isEmpty()) {
        break;
      }
      at = next.getFirst();
      sent++;
    }
    assertThat(sent).isLessThan(3);
  }

  @Test
  void a_silent_node_is_not_given_up_while_another_one_is_tried() {
    Pursuit pursuit = change(Optional.of(A));
    List<Step> started = pursuit.start(nowNs);
    assertThat(started).contains(new Wake(nowNs + 500 * MS));
    assertThat(sends(later(pursuit, 499).tick(nowNs))).isEmpty();
    assertThat(sends(later(pursuit, 1).tick(nowNs))).doesNotContain(A).hasSize(1);
    assertThat(pursuit.answered(A, ok(DONE), nowNs)).containsExactly(new Done(A, DONE));
  }

  @Test
  void a_new_leader_gets_it_at_once_and_only_once() {
    Pursuit pursuit = change(Optional.of(A));
    assertThat(pursuit.start(nowNs)).isNotEmpty();
    assertThat(sends(pursuit.leads(B, nowNs))).containsExactly(B);
    assertThat(sends(pursuit.leads(B, nowNs))).isEmpty();
    assertThat(sends(pursuit.answered(C, ok(new NotLeader(Optional.of(B))), nowNs))).isEmpty();
  }

  @Test
  void a_new_leader_that_is_not_ready_is_not_asked_again_and_again_because_others_name_it() {
    Pursuit pursuit = change(Optional.of(B));
    assertThat(sends(pursuit.start(nowNs))).containsExactly(B);
    List<Step> refused = pursuit.answered(B, ok(new NotLeader(Optional.empty())), nowNs);
    assertThat(sends(refused)).isEmpty();

    for (int i = 0; i < 5; i++) {
      assertThat(sends(pursuit.named(B, nowNs))).isEmpty();
    }
    assertThat(sends(pursuit.leads(B, nowNs))).as("it says so itself").containsExactly(B);
  }

  @Test
  void a_new_leader_that_others_name_gets_it_at_once() {
    Pursuit pursuit = change(Optional.of(A));
    assertThat(sends(pursuit.start(nowNs))).containsExactly(A);

    assertThat(sends(pursuit.named(B, nowNs))).containsExactly(B);
  }

  @ParameterizedTest
  @ValueSource(strings = {Unavailable.OTHER_CLUSTER, Unavailable.NOT_HERE})
  void who_has_no_part_in_the_group_is_not_taken_for_its_leader_any_more(String reason) {
    Pursuit pursuit = change(Optional.of(B));
    assertThat(sends(pursuit.start(nowNs))).containsExactly(B);
    assertThat(sends(pursuit.answered(B, ok(new Unavailable(reason)), nowNs))).isEmpty();

    assertThat(sends(later(pursuit, 200).tick(nowNs))).doesNotContain(B).hasSize(1);
  }

  @Test
  void who_leads_may_be_known_before_it_is_started() {
    Pursuit pursuit = change(Optional.of(A));
    assertThat(pursuit.leads(B, nowNs)).isEmpty();
    assertThat(sends(pursuit.start(nowNs))).containsExactly(B);
  }

  @Test
  void a_change_that_nobody_took_ends_as_refused() {
    Pursuit pursuit = change(Optional.empty());
    List<Step> steps = pursuit.start(nowNs);
    while (!(steps.getLast() instanceof Failed)) {
      if (steps.getFirst() instanceof Send send) {
        steps = pursuit.answered(send.node(), ok(new Unavailable(Unavailable.NO_QUORUM)), nowNs);
      } else if (steps.getLast() instanceof Wake wake) {
        nowNs = wake.atNs();
        steps = pursuit.tick(nowNs);
      }
    }
    Failed failed = (Failed) steps.getLast();
    assertThat(failed.code()).isEqualTo("no-quorum");
    assertThat(failed.uncertain()).isFalse();
  }

  @Test
  void a_change_that_one_may_have_taken_ends_as_uncertain() {
    for (Outcome<Reply> answer :
        List.of(lost(), ok(new Unavailable(Unavailable.LOST_LEADERSHIP)))) {
      Pursuit pursuit = change(Optional.of(A));
      assertThat(pursuit.start(nowNs)).isNotEmpty();
      assertThat(pursuit.answered(A, answer, nowNs)).isNotEmpty();
      List<Step> end = later(pursuit, 1_500).tick(nowNs);
      assertThat(((Failed) end.getLast()).uncertain()).isTrue();
    }
    Pursuit silent = change(Optional.of(A));
    assertThat(silent.start(nowNs)).isNotEmpty();
    List<Step> end = later(silent, 1_500).tick(nowNs);
    assertThat(((Failed) end.getLast()).uncertain()).isTrue();
  }

  @Test
  void a_read_is_never_uncertain() {
    Pursuit read = new Pursuit(false, Optional.of(A), List.of(A), Patience.ofMs(1_500, 500));
    assertThat(read.start(nowNs)).isNotEmpty();
    List<Step> end = later(read, 1_500).tick(nowNs);
    assertThat(((Failed) end.getLast()).uncertain()).isFalse();
  }

  @Test
  void overload_is_told_at_once_unless_an_earlier_attempt_hangs() {
    Pursuit pursuit = change(Optional.of(A));
    assertThat(pursuit.start(nowNs)).isNotEmpty();
    List<Step> refused = pursuit.answered(A, ok(new Overloaded(50)), nowNs);
    assertThat(((Failed) refused.getLast()).code()).isEqualTo("overloaded");

    Pursuit hangs = change(Optional.of(A));
    assertThat(hangs.start(nowNs)).isNotEmpty();
    assertThat(sends(hangs.leads(B, nowNs))).containsExactly(B);
    assertThat(hangs.answered(B, ok(new Overloaded(50)), nowNs))
        .containsExactly(new Wake(nowNs + 50 * MS));
  }

  @Test
  void a_forgotten_result_is_uncertain_only_when_it_was_sent_twice() {
    Content tooLate = new Applied(new TooLate("c", 1));
    Pursuit once = change(Optional.of(A));
    assertThat(once.start(nowNs)).isNotEmpty();
    assertThat(once.answered(A, ok(tooLate), nowNs)).containsExactly(new Done(A, tooLate));

    Pursuit twice = change(Optional.of(A));
    assertThat(twice.start(nowNs)).isNotEmpty();
    assertThat(sends(twice.leads(B, nowNs))).containsExactly(B);
    List<Step> end = twice.answered(B, ok(tooLate), nowNs);
    assertThat(((Failed) end.getLast()).uncertain()).isTrue();
  }

  @Test
  void what_a_lost_node_was_asked_is_asked_elsewhere_at_once() {
    Pursuit pursuit = change(Optional.of(A));
    assertThat(pursuit.start(nowNs)).isNotEmpty();
    assertThat(sends(pursuit.gone(A, nowNs))).hasSize(1).doesNotContain(A);
    assertThat(sends(pursuit.gone(A, nowNs))).isEmpty();
  }

  @Test
  void without_any_node_it_fails_at_once() {
    Pursuit pursuit = new Pursuit(true, Optional.empty(), List.of(), Patience.ofMs(1_500, 500));
    assertThat(pursuit.start(nowNs)).hasSize(1).first().isInstanceOf(Failed.class);
  }

  /** However nodes answer: it ends in time, refused only when no attempt was taken, and in few. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void it_ends_in_time_and_is_refused_only_when_nobody_took_it(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      new Run(random, seed).go();
    }
  }

  private final class Run {
    private record Flying(NodeId node, long atNs, Outcome<Reply> answer, boolean taken) {}

    private final Random random;
    private final String what;
    private final List<Flying> flying = new ArrayList<>();
    private final Pursuit pursuit = change(Optional.empty());
    private final long startNs = nowNs;
    private long wakeNs = nowNs;
    private int sent;
    private boolean taken;
    private Optional<Step> end = Optional.empty();

    private Run(Random random, long seed) {
      this.random = random;
      this.what = "seed " + seed;
    }

    private void go() {
      take(pursuit.start(nowNs));
      while (end.isEmpty()) {
        Optional<Flying> next = flying.stream().min((x, y) -> Long.signum(x.atNs() - y.atNs()));
        if (next.isPresent() && next.get().atNs() - wakeNs <= 0) {
          flying.remove(next.get());
          nowNs = next.get().atNs();
          take(pursuit.answered(next.get().node(), next.get().answer(), nowNs));
        } else {
          nowNs = wakeNs;
          take(pursuit.tick(nowNs));
        }
        if (random.nextInt(20) == 0) {
          take(pursuit.leads(List.of(A, B, C).get(random.nextInt(3)), nowNs));
        }
      }
      assertThat(nowNs - startNs).as(what).isLessThanOrEqualTo(1_500 * MS);
      assertThat(sent).as(what).isLessThan(400);
      if (end.get() instanceof Failed failed && taken) {
        assertThat(failed.uncertain()).as(what).isTrue();
      }
    }

    private void take(List<Step> steps) {
      for (Step step : steps) {
        switch (step) {
          case Send send -> fly(send.node());
          case Wake wake -> {
            assertThat(wake.atNs() - nowNs).as(what).isPositive();
            wakeNs = wake.atNs();
          }
          case Done done -> end = Optional.of(done);
          case Failed failed -> end = Optional.of(failed);
        }
      }
    }

    private void fly(NodeId node) {
      sent++;
      long atNs = nowNs + (1 + random.nextInt(700)) * MS / (1 + random.nextInt(100));
      switch (random.nextInt(8)) {
        case 0 -> {
          taken = true;
          flying.add(new Flying(node, atNs, ok(DONE), true));
        }
        case 1 -> taken = true;
        case 2 -> {
          taken = true;
          flying.add(new Flying(node, atNs, lost(), true));
        }
        case 3 -> {
          taken = true;
          flying.add(
              new Flying(node, atNs, ok(new Unavailable(Unavailable.LOST_LEADERSHIP)), true));
        }
        case 4 ->
            flying.add(new Flying(node, atNs, ok(new Unavailable(Unavailable.NO_QUORUM)), false));
        case 5 -> flying.add(new Flying(node, atNs, ok(new NotLeader(Optional.empty())), false));
        default ->
            flying.add(
                new Flying(
                    node,
                    atNs,
                    ok(new NotLeader(Optional.of(List.of(A, B, C).get(random.nextInt(3))))),
                    false));
      }
    }
  }
}
