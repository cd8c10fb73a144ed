package io.hawser.bus.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.client.core.Numbering.Ticket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NumberingTest {
  private final Numbering numbering = new Numbering("c");

  @Test
  void changes_are_numbered_from_one_and_name_the_lowest_that_is_under_way() {
    Ticket first = numbering.next();
    Ticket second = numbering.next();
    assertThat(first).isEqualTo(new Ticket("c.0", 1, 1));
    assertThat(second).isEqualTo(new Ticket("c.0", 2, 1));
    numbering.done(first);
    assertThat(numbering.next()).isEqualTo(new Ticket("c.0", 3, 2));
    numbering.done(second);
    assertThat(numbering.next().lowestPending()).isEqualTo(3);
  }

  @Test
  void however_many_hang_each_name_has_fewer_than_a_group_remembers() {
    Map<String, Long> highest = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      Ticket ticket = numbering.next();
      Long unused = highest.merge(ticket.client(), ticket.sequence(), Math::max);
      if (i % 3 == 0) {
        numbering.done(ticket);
      }
    }
    assertThat(highest.values()).allMatch(sequence -> sequence < 1_024);
  }

  @Test
  void a_change_that_hangs_never_falls_out_of_the_window_of_its_client() {
    Ticket hangs = numbering.next();
    Set<String> clients = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      Ticket ticket = numbering.next();
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
    assertThat(numbering.next().client()).isEqualTo("c.1");
  }
}
