package io.hawser.catalog;

import static io.hawser.catalog.Writes.ECHO_A;
import static io.hawser.catalog.Writes.maintenance;
import static io.hawser.catalog.Writes.registration;
import static io.hawser.catalog.Writes.role;
import static io.hawser.catalog.Writes.verdict;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InstanceViewTest {
  private final InstanceView up =
      new InstanceView(
          ECHO_A,
          registration("one"),
          Optional.of(verdict("one", Health.UP)),
          Optional.empty(),
          Optional.of(role(Role.ACTIVE)));

  private InstanceView with(String incarnation, Health health) {
    return new InstanceView(
        ECHO_A,
        registration(incarnation),
        Optional.of(verdict("one", health)),
        Optional.empty(),
        up.roleRecord());
  }

  @ParameterizedTest
  @EnumSource
  void only_an_instance_that_works_gets_traffic(Health health) {
    boolean works = health == Health.UP || health == Health.SUSPECT;

    assertThat(with("one", health).routable(0)).isEqualTo(works);
  }

  @Test
  void a_verdict_on_another_incarnation_says_nothing() {
    assertThat(with("two", Health.UP).health()).isEqualTo(Health.STARTING);
    assertThat(with("two", Health.DOWN).health()).isEqualTo(Health.STARTING);
  }

  @Test
  void the_wished_role_counts_only_without_a_role_record() {
    InstanceView wished =
        new InstanceView(
            ECHO_A, registration("one"), up.verdict(), Optional.empty(), Optional.empty());

    assertThat(up.role()).isEqualTo(Role.ACTIVE);
    assertThat(wished.role()).isEqualTo(Role.STANDBY);
    assertThat(wished.routable(0)).isFalse();
  }

  @Test
  void maintenance_ends_at_its_time() {
    InstanceView view =
        new InstanceView(
            ECHO_A,
            up.registration(),
            up.verdict(),
            Optional.of(maintenance(100)),
            up.roleRecord());

    assertThat(view.routable(99)).isFalse();
    assertThat(view.routable(100)).isTrue();
  }
}
