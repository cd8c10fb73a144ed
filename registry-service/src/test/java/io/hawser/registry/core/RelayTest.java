package io.hawser.registry.core;

import static io.hawser.model.Facet.Health.DOWN;
import static io.hawser.model.Facet.Health.SUSPECT;
import static io.hawser.model.Facet.Health.UP;
import static io.hawser.registry.core.Lab.REFUSED;
import static io.hawser.registry.core.Lab.TIMEOUT;
import static io.hawser.registry.core.Lab.registration;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the silence of a gateway says of the instances behind it. */
class RelayTest {
  private static final long TTL_MS = 3_000;
  private static final long A_WHILE_MS = TimeUnit.MINUTES.toMillis(15);

  private final Lab lab = new Lab(registration(TTL_MS)).gateway(true);

  @CanIgnoreReturnValue
  private Lab silent() {
    return lab.watch().beats(1_000).pass(10_000).gateway(false).beats(0);
  }

  @Test
  void a_silent_gateway_has_nobody_probed() {
    silent().pass(60_000);

    assertThat(lab.runTimes()).isEmpty();
    assertThat(lab.verdicts()).containsExactly(UP);
  }

  @Test
  void behind_a_gateway_that_is_gone_for_good_nobody_is_down_whose_port_answers() {
    silent().pass(A_WHILE_MS);

    assertThat(lab.verdicts()).containsExactly(UP, SUSPECT);
    assertThat(lab.runTimes()).isNotEmpty();
    assertThat(lab.evictions()).isEmpty();
  }

  @Test
  void behind_a_gateway_that_is_gone_for_good_one_is_down_whose_port_does_not_answer() {
    silent().checks(TIMEOUT).pass(A_WHILE_MS);

    assertThat(lab.health()).isEqualTo(DOWN);
    assertThat(lab.lastVerdict().reason()).contains("no beat for").contains("tcp:");
  }

  @Test
  void behind_a_silent_gateway_a_complaint_and_refused_connections_are_as_hard_as_ever() {
    silent().checks(REFUSED).pass(5_000).complain().pass(1_000);

    assertThat(lab.health()).isEqualTo(DOWN);
  }

  @Test
  void when_a_gateway_is_heard_again_a_full_ttl_begins() {
    silent().pass(60_000).gateway(true).pass(TTL_MS);
    assertThat(lab.health()).isEqualTo(UP);

    assertThat(lab.pass(500).health()).isEqualTo(DOWN);
  }

  @Test
  void a_gateway_that_falls_silent_again_and_again_hides_no_hang() {
    silent();
    for (int i = 0; i < 6; i++) {
      lab.gateway(true).pass(2_000).gateway(false).pass(2_000);
    }

    assertThat(lab.health()).isEqualTo(DOWN);
  }

  @Test
  void one_that_beats_is_up_behind_a_gateway_that_falls_silent_again_and_again() {
    silent();
    for (int i = 0; i < 100; i++) {
      lab.gateway(true).beats(1_000).pass(2_000).gateway(false).beats(0).pass(2_000);
    }

    assertThat(lab.health()).isEqualTo(UP);
  }
}
