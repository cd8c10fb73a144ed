package io.hawser.failover.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LeftoversTest {
  private static final FacetKey ROLE = new FacetKey(Kind.ROLE, "s", "one");
  private static final FacetKey OWNER = new FacetKey(Kind.PROCESS_OWNER, "s", "one");

  private final Leftovers leftovers = new Leftovers();
  private final long startNs = Long.MAX_VALUE - 5;

  @Test
  void what_belonged_to_nobody_for_a_day_is_deleted() {
    assertThat(leftovers.due(Set.of(ROLE, OWNER), startNs)).isEmpty();
    assertThat(leftovers.due(Set.of(ROLE), startNs + 5)).isEmpty();
    assertThat(leftovers.due(Set.of(ROLE, OWNER), startNs + Leftovers.LIFE_NS - 1)).isEmpty();
    assertThat(leftovers.due(Set.of(ROLE, OWNER), startNs + Leftovers.LIFE_NS))
        .containsExactly(ROLE);
  }
}
