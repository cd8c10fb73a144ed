package io.hawser.storage.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Answered;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.Together;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.storage.core.Reads.AttachedLease;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private final List<List<StorageMessage>> asked = new ArrayList<>();

  private List<AttachedLease> over(List<AttachedLease> leases, Content answer) {
    return Await.result(
        Judgement.over(
            leases,
            questions -> {
              asked.add(questions);
              return Future.succeededFuture(answer);
            }));
  }

  private static Answered held(long epoch) {
    LeaseState state = new LeaseState("l", "a", epoch, 1_000);
    return new Answered(Optional.of(new LeaseFound(Optional.of(state), 500)), "", "");
  }

  private static Answered gone() {
    return new Answered(Optional.of(new LeaseFound(Optional.empty(), 0)), "", "");
  }

  @Test
  void many_leases_are_asked_for_in_one_message() {
    List<AttachedLease> leases =
        IntStream.range(0, 200).mapToObj(i -> new AttachedLease("l-" + i, 1)).toList();
    Together answer = new Together(leases.stream().map(l -> held(1)).toList());

    assertThat(over(leases, answer)).isEmpty();
    assertThat(asked)
        .containsExactly(
            leases.stream().<StorageMessage>map(l -> new GetLease(l.lease())).toList());
  }

  @Test
  void a_lease_is_over_when_nobody_holds_it_or_somebody_under_a_later_epoch() {
    AttachedLease lives = new AttachedLease("lives", 7);
    AttachedLease later = new AttachedLease("later", 7);
    AttachedLease none = new AttachedLease("none", 7);

    assertThat(over(List.of(lives, later, none), new Together(List.of(held(7), held(8), gone()))))
        .containsExactly(later, none);
  }

  @Test
  void of_what_the_leader_does_not_tell_nothing_is_over() {
    List<AttachedLease> leases = List.of(new AttachedLease("a", 1), new AttachedLease("b", 1));

    assertThat(over(leases, new Unavailable(Unavailable.NO_QUORUM))).isEmpty();
    assertThat(over(leases, new Together(List.of(gone())))).isEmpty();
    Answered refused = new Answered(Optional.empty(), "", "broken");
    assertThat(over(leases, new Together(List.of(refused, gone()))))
        .containsExactly(leases.getLast());
  }

  @Test
  void who_has_no_leases_asks_nobody() {
    assertThat(over(List.of(), new Together(List.of()))).isEmpty();
    assertThat(asked).isEmpty();
  }
}
