package io.hawser.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.model.Event;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.NodeId;
import org.junit.jupiter.api.Test;

class EventRingTest {
  private final EventRing ring = new EventRing(3);

  private void add(long... numbers) {
    for (long number : numbers) {
      ring.add(new Event(id(number), number, new NodeId("n"), new NodeJoined("x")));
    }
  }

  private static String id(long number) {
    return String.format("%016x-n", number);
  }

  @Test
  void the_oldest_event_makes_room() {
    add(1, 2, 3, 4);
    assertThat(ring.first()).isEqualTo(1);
    assertThat(ring.end()).isEqualTo(4);
    assertThat(ring.at(1).id()).isEqualTo(id(2));
    assertThatThrownBy(() -> ring.at(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ring.at(4)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_reader_goes_on_after_the_event_it_saw_last() {
    add(1, 2, 3);
    assertThat(ring.after(id(2))).isEqualTo(new EventRing.Start(2, false));
    assertThat(ring.after(id(3))).isEqualTo(new EventRing.Start(3, false));
  }

  @Test
  void an_event_of_another_gateway_is_placed_by_its_id() {
    add(1, 3);
    assertThat(ring.after(id(2))).isEqualTo(new EventRing.Start(1, false));
  }

  @Test
  void events_in_another_order_are_shown_rather_than_lost() {
    add(5, 2, 6);
    assertThat(ring.after(id(4))).isEqualTo(new EventRing.Start(0, false));
  }

  private void addOf(String node, long wallMs) {
    String id = String.format("%016x-%s", wallMs << 16, node);
    ring.add(new Event(id, wallMs, new NodeId(node), new NodeJoined("x")));
  }

  @Test
  void a_stream_that_goes_on_elsewhere_is_shown_what_may_have_come_there_later() {
    addOf("a", 10_000);
    addOf("b", 10_001);
    addOf("a", 10_002);
    String last = ring.at(2).id();

    assertThat(ring.resume(last)).isEqualTo(new EventRing.Start(1, false));
    assertThat(EventRing.seen(ring.at(0), last)).isTrue();
    assertThat(EventRing.seen(ring.at(1), last)).isFalse();
    assertThat(EventRing.seen(ring.at(2), last)).isTrue();
  }

  @Test
  void a_stream_that_goes_on_is_not_shown_what_came_long_before() {
    addOf("b", 10_000);
    addOf("a", 10_001 + EventRing.SLACK_MS);

    assertThat(ring.resume(ring.at(1).id())).isEqualTo(new EventRing.Start(2, false));
    assertThat(ring.resume(EventRing.mark("1970-01-01T00:00:11Z").orElseThrow()))
        .isEqualTo(new EventRing.Start(1, false));
  }

  @Test
  void what_is_older_than_the_ring_may_have_a_gap() {
    add(2, 3, 4, 5);
    assertThat(ring.after(id(1))).isEqualTo(new EventRing.Start(1, true));
    assertThat(new EventRing(3).after(id(1))).isEqualTo(new EventRing.Start(0, true));
  }

  @Test
  void a_mark_is_an_id_or_a_time() {
    assertThat(EventRing.mark(id(7))).contains(id(7));
    assertThat(EventRing.mark("1970-01-01T00:00:00.001Z")).contains("0000000000010000");
    assertThat(EventRing.mark("1970-01-01T00:00:00Z").orElseThrow()).isLessThan(id(0));
    for (String text :
        new String[] {"", "7", "yesterday", "0000000000000001", "+999999999-01-01T00:00:00Z\n"}) {
      assertThat(EventRing.mark(text)).as(text).isEmpty();
    }
  }
}
