package io.hawser.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BeginningTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");

  private static Presence node(NodeId id, String cluster, String wish) {
    return new Presence(
        id, cluster, id + "-disk", wish, "h", 1, "", "z", 1, 0, false, 1, List.of());
  }

  private static boolean founds(NodeId self, String wish, List<Presence> others) {
    return Beginning.decide(
            self, wish, others, others.stream().map(Presence::node).toList(), Optional.empty())
        .found();
  }

  @Test
  void a_node_that_is_to_join_never_founds_a_cluster() {
    assertThat(founds(A, "join", List.of())).isFalse();
    assertThat(founds(A, "join", List.of(node(B, "", "join"), node(C, "", "join")))).isFalse();
  }

  @Test
  void a_new_node_founds_one_unless_it_sees_one() {
    assertThat(founds(A, "new", List.of())).isTrue();
    assertThat(founds(A, "new", List.of(node(B, "", "join")))).isTrue();
    assertThat(founds(A, "new", List.of(node(B, "c1", "join")))).isFalse();
  }

  @Test
  void a_new_node_waits_for_those_that_have_not_said_yet_whether_they_belong_to_one() {
    Beginning beginning = Beginning.decide(A, "new", List.of(), List.of(B), Optional.empty());

    assertThat(beginning.found()).isFalse();
    assertThat(beginning.why()).contains("b");
  }

  @Test
  void of_two_new_nodes_the_lower_one_founds() {
    assertThat(founds(A, "new", List.of(node(B, "", "new")))).isTrue();
    assertThat(founds(B, "new", List.of(node(A, "", "new")))).isFalse();
  }

  @Test
  void the_lowest_of_the_expected_founds_when_all_are_there() {
    List<Presence> both = List.of(node(B, "", "expect:3"), node(C, "", "expect:3"));

    assertThat(founds(A, "expect:3", List.of(node(B, "", "expect:3")))).isFalse();
    assertThat(founds(A, "expect:3", both)).isTrue();
    assertThat(founds(B, "expect:3", List.of(node(A, "", "expect:3"), node(C, "", "expect:3"))))
        .isFalse();
    assertThat(founds(A, "expect:3", List.of(node(B, "", "join"), node(C, "", "expect:3"))))
        .isFalse();
  }

  @Test
  void nobody_founds_by_expectation_while_a_live_node_is_unheard() {
    List<Presence> both = List.of(node(B, "", "expect:3"), node(C, "", "expect:3"));

    Beginning beginning =
        Beginning.decide(A, "expect:3", both, List.of(B, C, new NodeId("d")), Optional.empty());

    assertThat(beginning.found()).isFalse();
    assertThat(beginning.why()).contains("d");
  }

  @Test
  void who_knows_of_a_cluster_founds_no_other() {
    Beginning beginning =
        Beginning.decide(A, "new", List.of(), List.of(), Optional.of("the-first"));

    assertThat(beginning.found()).isFalse();
    assertThat(beginning.why()).contains("the-first", "committed-roster");
  }

  @Test
  void a_wish_is_one_of_three() {
    assertThat(Beginning.check(" NEW ")).isEqualTo("new");
    assertThat(Beginning.check("expect:5")).isEqualTo("expect:5");
    assertThatThrownBy(() -> Beginning.check("expect:0")).hasMessageContaining("expect:N");
    assertThatThrownBy(() -> Beginning.check("old")).hasMessageContaining("old");
  }
}
