package io.hawser.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Beat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PickerTest {
  private static InstanceView instance(String id, int weight) {
    Registration registration =
        new Registration(
            "h", 1, "i", weight, "z", List.of(), Map.of(), Role.ACTIVE, 0, List.of(), 0);
    return new InstanceView(
        new InstanceKey("shop", id),
        registration,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static String id(Optional<InstanceView> picked) {
    return picked.orElseThrow().key().id();
  }

  @Test
  void turns_go_on_when_the_list_shrinks() {
    Picker picker = new Picker();
    List<InstanceView> three = List.of(instance("a", 1), instance("b", 1), instance("c", 1));
    assertThat(id(picker.inTurn("shop", three))).isEqualTo("a");
    assertThat(id(picker.inTurn("shop", three))).isEqualTo("b");
    assertThat(id(picker.inTurn("shop", three.subList(0, 1)))).isEqualTo("a");
    assertThat(picker.inTurn("shop", List.of())).isEmpty();
  }

  @Test
  void chance_follows_the_weights() {
    List<InstanceView> some = List.of(instance("a", 0), instance("b", 2), instance("c", 1));
    assertThat(id(Picker.byWeight(some, bound -> 0))).isEqualTo("b");
    assertThat(id(Picker.byWeight(some, bound -> 1))).isEqualTo("b");
    assertThat(id(Picker.byWeight(some, bound -> bound - 1))).isEqualTo("c");
  }

  @Test
  void weights_of_zero_are_all_alike() {
    List<InstanceView> some = List.of(instance("a", 0), instance("b", 0));
    assertThat(id(Picker.byWeight(some, bound -> bound - 1))).isEqualTo("b");
    assertThat(Picker.byWeight(List.of(), bound -> 0)).isEmpty();
  }

  @Test
  void only_the_keys_of_a_lost_instance_move() {
    List<InstanceView> all = List.of(instance("a", 1), instance("b", 1), instance("c", 1));
    for (int i = 0; i < 100; i++) {
      String before = id(Picker.byKey("k" + i, all));
      String after = id(Picker.byKey("k" + i, all.subList(0, 2)));
      assertThat(after).isEqualTo(before.equals("c") ? after : before);
    }
  }

  @Test
  void a_batch_holds_the_last_beat_of_each_instance() {
    BeatBatch batch = new BeatBatch();
    batch.add(new Beat(new InstanceKey("shop", "a"), "1", Optional.empty()));
    batch.add(new Beat(new InstanceKey("shop", "b"), "1", Optional.empty()));
    batch.add(new Beat(new InstanceKey("shop", "a"), "2", Optional.empty()));

    assertThat(batch.take()).extracting(Beat::incarnation).containsExactly("2", "1");
    assertThat(batch.isEmpty()).isTrue();
  }

  @Test
  void a_batch_is_full_at_its_limit() {
    BeatBatch batch = new BeatBatch();
    for (int i = 0; i < BeatBatch.MAX_BEATS; i++) {
      assertThat(batch.full()).isFalse();
      batch.add(new Beat(new InstanceKey("shop", "s" + i), "1", Optional.empty()));
    }
    assertThat(batch.full()).isTrue();
  }
}
