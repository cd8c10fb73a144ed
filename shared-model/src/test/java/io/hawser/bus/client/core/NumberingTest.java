package io.hawser.bus.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.core.Numbering.Ticket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumberingTest {
  private final Numbering numbering = new Numbering("c");

  @Test
  void changes_are_numbered_from_one_and_name_the_lowest_that_is_under_way() {
    Ticket first = numbering.next(0);
    Ticket second = numbering.next(0);
    assertThat(first).isEqualTo(new Ticket("c.0", 1, 1));
    assertThat(second).isEqualTo(new Ticket("c.0", 2, 1));
    numbering.done(first);
    assertThat(numbering.next(0)).isEqualTo(new Ticket("c.0", 3, 2));
    numbering.done(second);
    assertThat(numbering.next(0).lowestPending()).isEqualTo(3);
  }

  @Test
  void however_many_hang_each_name_has_fewer_than_a_group_remembers() {
    Map<String, Long> highest = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      Ticket ticket = numbering.next(0);
      Long unused = highest.merge(ticket.client(), ticket.sequence(), Math::max);
      if (i % 3 == 0) {
        numbering.done(ticket);
      }
    }
    assertThat(highest.values()).allMatch(sequence -> sequence < 1_024);
  }

  @Test
  void a_change_that_hangs_never_falls_out_of_the_window_of_its_client() {
    Ticket hangs = numbering.next(0);
    Set<String> clients = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      Ticket ticket = numbering.next(0);
      clients.add(ticket.client());
      assertThat(ticket.sequence() - ticket.lowestPending()).isLessThan(Numbering.WINDOW);
      if (ticket.client().equals(hangs.client())) {
        assertThat(ticket.sequence() - hangs.sequence()).isLessThan(Numbering.WINDOW);
      }
      numbering.done(ticket);
    }
    // Once for the one that hangs: those that follow do not.
    assertThat(clients).hasSize(2);
    numbering.done(hangs);
    assertThat(numbering.next(0).client()).isEqualTo("c.1");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_000})
  void a_client_that_was_silent_for_long_goes_on_under_another_name(long startNs) {
    numbering.done(numbering.next(startNs));
    numbering.done(numbering.next(startNs + Numbering.SILENT_NS - 1));
    long silentNs = startNs + 2 * Numbering.SILENT_NS - 1;
    assertThat(numbering.next(silentNs)).isEqualTo(new Ticket("c.1", 1, 1));
  }

  @Test
  void a_client_with_a_change_under_way_keeps_its_name_however_long_that_takes() {
    Ticket slow = numbering.next(0);
    assertThat(numbering.next(10 * Numbering.SILENT_NS).client()).isEqualTo(slow.client());
  }

  @Test
  void who_is_forgotten_goes_on_under_another_name_once_for_all_that_were_under_way() {
    Ticket one = numbering.next(0);
    Ticket two = numbering.next(0);
    numbering.forgotten(one);
    numbering.forgotten(two);
    assertThat(numbering.next(0)).isEqualTo(new Ticket("c.1", 1, 1));
  }
}
