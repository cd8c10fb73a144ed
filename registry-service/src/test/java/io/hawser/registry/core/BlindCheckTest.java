package io.hawser.registry.core;

import static io.hawser.model.Facet.Health.DOWN;
import static io.hawser.model.Facet.Health.SUSPECT;
import static io.hawser.model.Facet.Health.UP;
import static io.hawser.registry.core.Lab.HTTP;
import static io.hawser.registry.core.Lab.PASS;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.CheckRun.Result.Cause;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks that saw nothing, for reasons that do not lie with the instance. */
class BlindCheckTest {
  private final Lab lab = new Lab(registration(0, HTTP));

  private static Result blind(Cause cause) {
    return new Result.Blind(cause, "not seen");
  }

  @CanIgnoreReturnValue
  private Lab up() {
    return lab.watch().pass(5_000);
  }

  @ParameterizedTest
  @EnumSource(names = {"CROWDED", "LACKING"})
  void what_lies_with_this_process_is_never_held_against_it(Cause cause) {
    up().checks(blind(cause)).pass(600_000);

    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void one_that_cannot_be_found_fails_after_a_minute() {
    up().checks(blind(Cause.LOST)).pass(59_000);
    assertThat(lab.verdicts()).containsExactly(UP);

    assertThat(lab.pass(5_000).health()).isEqualTo(DOWN);
  }

  @Test
  void one_that_is_found_again_starts_anew() {
    up().checks(blind(Cause.LOST)).pass(50_000).checks(PASS).pass(2_000);
    lab.checks(blind(Cause.LOST)).pass(50_000);

    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void one_that_never_was_up_and_cannot_be_found_is_down() {
    lab.checks(blind(Cause.LOST)).watch().pass(5_000);

    assertThat(lab.health()).isEqualTo(DOWN);
  }

  @Test
  void failures_before_and_after_are_in_a_row() {
    up().checks(Optional.empty()).pass(1_000).answer(TIMEOUT).pass(250).answer(TIMEOUT);
    lab.pass(500).answer(blind(Cause.CROWDED)).pass(1_000);
    assertThat(lab.health()).isEqualTo(SUSPECT);

    assertThat(lab.answer(TIMEOUT).health()).isEqualTo(DOWN);
  }

  @Test
  void a_node_that_lacks_what_it_takes_to_look_distrusts_itself_for_a_while() {
    up().checks(blind(Cause.LACKING)).pass(2_000);
    assertThat(lab.detector().distrusts()).contains("files");

    lab.checks(PASS).pass(4_000);
    assertThat(lab.detector().distrusts()).isEmpty();
  }
}
