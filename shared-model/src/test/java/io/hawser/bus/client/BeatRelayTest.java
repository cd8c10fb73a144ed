package io.hawser.bus.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.Beat;
import io.hawser.model.Rendezvous;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BeatRelayTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final NodeId C = new NodeId("c");
  private static final List<NodeId> BEFORE = List.of(A, B);
  private static final List<NodeId> AFTER = List.of(A, B, C);

  private final List<Beat> beats =
      IntStream.range(0, 300)
          .mapToObj(i -> new Beat(new InstanceKey("echo", "i" + i), "one", Optional.empty()))
          .toList();

  private static NodeId owner(Beat beat, List<NodeId> nodes) {
    return Rendezvous.owner(beat.instance().toString(), nodes).orElseThrow();
  }

  @Test
  void each_beat_goes_to_the_three_observers_of_its_instance() {
    Map<NodeId, List<Beat>> parts = BeatRelay.toObservers(beats, AFTER);

    assertThat(parts.values().stream().mapToInt(List::size).sum())
        .isEqualTo(BeatRelay.OBSERVERS * beats.size());
    assertThat(beats).allSatisfy(beat -> assertThat(parts.get(owner(beat, AFTER))).contains(beat));
    assertThat(BeatRelay.toObservers(beats, List.of(A)).get(A)).hasSize(300);
    assertThat(BeatRelay.toObservers(beats, List.of())).isEmpty();
  }

  @Test
  void who_watched_before_a_node_joined_still_hears_from_who_knows_of_it() {
    Map<NodeId, List<Beat>> parts = BeatRelay.toObservers(beats, AFTER);

    assertThat(beats).allSatisfy(beat -> assertThat(parts.get(owner(beat, BEFORE))).contains(beat));
  }

  @Test
  void a_registry_node_passes_on_to_the_other_observers_only() {
    assertThat(BeatRelay.toOtherObservers(beats, AFTER, A)).containsOnlyKeys(B, C);
  }

  @Test
  void a_view_is_of_the_nodes_in_any_order() {
    assertThat(BeatRelay.view(List.of(A, B)))
        .isEqualTo(BeatRelay.view(List.of(B, A)))
        .isNotEqualTo(BeatRelay.view(AFTER))
        .isNotEqualTo(BeatRelay.FINAL);
  }
}
