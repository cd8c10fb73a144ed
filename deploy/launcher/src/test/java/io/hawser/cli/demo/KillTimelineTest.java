package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.demo.Seen.Answer;
import io.hawser.cli.demo.Seen.Happened;
import io.hawser.cli.demo.Seen.Looked;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

class KillTimelineTest {
  /** Just below the wrap of the clock; not a constant, so that the compiler lets it wrap. */
  private static final long KILL = Long.valueOf(Long.MAX_VALUE - 10);

  private final KillTimeline timeline = new KillTimeline("echo-2", "100", "echo-b1", KILL);

  private static Happened event(long afterNs, String kind, String instance) {
    return new Happened(
        KILL + afterNs, new JsonObject().put("kind", kind).put("instance", instance));
  }

  private static Looked look(long afterNs, String health, String role, String pid) {
    JsonObject meta = new JsonObject().put("pid", pid);
    return new Looked(
        KILL + afterNs, new JsonObject().put("health", health).put("role", role).put("meta", meta));
  }

  @Test
  void each_step_is_the_first_time_that_it_was_seen() {
    timeline.take(new Answer(KILL - 5, "echo-b1", ""));
    timeline.take(event(3, "InstanceEjected", "echo-2"));
    timeline.take(event(4, "InstanceFailed", "echo-1"));
    timeline.take(event(7, "InstanceFailed", "echo-2"));
    timeline.take(event(9, "InstanceFailed", "echo-2"));
    timeline.take(new Answer(KILL + 12, "echo-b1", "status 503"));
    timeline.take(new Answer(KILL + 20, "echo-b1", ""));
    timeline.take(new Answer(KILL + 21, "echo-b1", ""));
    timeline.take(look(25, "up", "active", "100"));
    timeline.take(look(26, "up", "standby", "100"));
    assertThat(timeline.complete()).isFalse();
    timeline.take(look(30, "UP", "STANDBY", "101"));
    assertThat(timeline.complete()).isTrue();
    assertThat(timeline.ejected()).hasValue(3);
    assertThat(timeline.detected()).hasValue(7);
    assertThat(timeline.backupServing()).hasValue(20);
    assertThat(timeline.recovered()).hasValue(30);
  }

  @Test
  void without_an_event_the_last_answer_of_the_killed_one_says_when_it_was_ejected() {
    timeline.take(new Answer(KILL + 2, "echo-2", ""));
    assertThat(timeline.ejected()).isEmpty();
    timeline.take(event(7, "InstanceFailed", "echo-2"));
    timeline.take(new Answer(KILL + 90, "echo-2", ""));
    assertThat(timeline.ejected()).hasValue(2);
  }
}
