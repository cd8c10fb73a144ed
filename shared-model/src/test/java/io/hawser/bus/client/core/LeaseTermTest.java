package io.hawser.bus.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.core.LeaseTerm.Acquire;
import io.hawser.bus.client.core.LeaseTerm.Renew;
import io.hawser.bus.client.core.LeaseTerm.Rest;
import io.hawser.bus.client.core.LeaseTerm.Step;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.LeaseGone;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Result;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseTermTest {
  private static final long MS = 1_000_000;
  private static final long TTL_MS = 3_000;

  private static Outcome<Result> ok(Result result) {
    return new Outcome.Ok<>(result);
  }

  private static LeaseState mine(long epoch) {
    return new LeaseState("l", "me", epoch, TTL_MS);
  }

  private static LeaseTerm held(long startNs) {
    LeaseTerm term = new LeaseTerm(TTL_MS, startNs);
    Step asked = term.next(startNs);
    assertThat(asked).isEqualTo(new Acquire());
    term.answered(asked, ok(mine(7)), startNs, startNs + 100 * MS);
    return term;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_500 * MS})
  void it_is_held_from_before_the_request_was_sent_for_less_than_its_life(long startNs) {
    LeaseTerm term = held(startNs);
    assertThat(term.epoch(startNs + 100 * MS)).isEqualTo(OptionalLong.of(7));
    assertThat(term.epoch(startNs + 2_699 * MS)).isEqualTo(OptionalLong.of(7));
    assertThat(term.epoch(startNs + 2_700 * MS)).isEmpty();
    assertThat(term.next(startNs + 2_700 * MS)).isEqualTo(new Acquire());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_500 * MS})
  void it_is_renewed_after_a_third_of_its_life(long startNs) {
    LeaseTerm term = held(startNs);
    assertThat(term.next(startNs + 999 * MS)).isEqualTo(new Rest(startNs + 1_000 * MS));
    Step renew = term.next(startNs + 1_000 * MS);
    assertThat(renew).isEqualTo(new Renew(7));
    term.answered(renew, ok(mine(7)), startNs + 1_000 * MS, startNs + 1_200 * MS);
    assertThat(term.epoch(startNs + 3_699 * MS)).isEqualTo(OptionalLong.of(7));
    assertThat(term.epoch(startNs + 3_700 * MS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_500 * MS})
  void without_an_answer_it_is_held_as_long_as_it_is_valid_and_no_longer(long startNs) {
    LeaseTerm term = held(startNs);
    Step renew = term.next(startNs + 1_000 * MS);
    term.answered(renew, new Outcome.Unknown<>("?"), startNs + 1_000 * MS, startNs + 2_500 * MS);
    assertThat(term.epoch(startNs + 2_600 * MS)).isEqualTo(OptionalLong.of(7));
    assertThat(term.next(startNs + 2_650 * MS)).isEqualTo(new Renew(7));
    assertThat(term.epoch(startNs + 2_700 * MS)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_500 * MS})
  void what_another_one_holds_is_lost_at_once_and_wanted_later(long startNs) {
    LeaseTerm term = held(startNs);
    Step renew = term.next(startNs + 1_000 * MS);
    long nowNs = startNs + 1_010 * MS;
    term.answered(renew, ok(new LeaseHeld("l", "you", 9, TTL_MS)), nowNs, nowNs);
    assertThat(term.epoch(nowNs)).isEmpty();
    assertThat(term.next(nowNs)).isEqualTo(new Rest(nowNs + 1_000 * MS));
    assertThat(term.next(nowNs + 1_000 * MS)).isEqualTo(new Acquire());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_500 * MS})
  void what_is_gone_is_wanted_again_at_once_under_a_new_epoch(long startNs) {
    LeaseTerm term = held(startNs);
    Step renew = term.next(startNs + 1_000 * MS);
    long nowNs = startNs + 1_010 * MS;
    term.answered(renew, ok(new LeaseGone("l")), nowNs, nowNs);
    assertThat(term.epoch(nowNs)).isEmpty();
    Step again = term.next(nowNs);
    assertThat(again).isEqualTo(new Acquire());
    term.answered(again, ok(mine(12)), nowNs, nowNs);
    assertThat(term.epoch(nowNs)).isEqualTo(OptionalLong.of(12));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 1_500 * MS})
  void a_shorter_life_than_was_asked_for_counts(long startNs) {
    LeaseTerm term = new LeaseTerm(TTL_MS, startNs);
    Step asked = term.next(startNs);
    term.answered(asked, ok(new LeaseState("l", "me", 7, 1_000)), startNs, startNs);
    assertThat(term.epoch(startNs + 700 * MS)).isEmpty();
  }
}
