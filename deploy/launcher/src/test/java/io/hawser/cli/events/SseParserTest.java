package io.hawser.cli.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseParserTest {
  private static List<SseEvent> parse(String text) {
    SseParser parser = new SseParser();
    List<SseEvent> events = new ArrayList<>();
    text.lines().forEach(line -> parser.line(line).ifPresent(events::add));
    return events;
  }

  @Test
  void fields_are_put_together_at_the_empty_line() {
    assertThat(parse(": hello\nid: 7\nevent: x\ndata: a\ndata:b\n\n"))
        .containsExactly(new SseEvent("7", "x", "a\nb"));
  }

  @Test
  void an_id_stays_for_the_events_after_it_and_a_type_does_not() {
    assertThat(parse("id: 1\nevent: x\ndata: a\n\ndata: b\n\n"))
        .containsExactly(new SseEvent("1", "x", "a"), new SseEvent("1", "message", "b"));
  }

  @Test
  void comments_retries_and_events_without_data_are_nothing() {
    assertThat(parse(":\n\nretry: 100\n\nid: 3\n\n")).isEmpty();
  }

  @Test
  void data_beyond_the_limit_is_dropped_and_the_next_event_is_read() {
    String huge = "data: " + "x".repeat(SseParser.MAX_DATA + 1);
    assertThat(parse(huge + "\n\ndata: b\n\n")).containsExactly(new SseEvent("", "message", "b"));
  }
}
