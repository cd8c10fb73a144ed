package io.hawser.cli.demo;

import io.hawser.cli.base.Fields;
import io.hawser.cli.demo.Seen.Answer;
import io.hawser.cli.demo.Seen.Happened;
import io.hawser.cli.demo.Seen.Looked;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What follows the kill of an instance, each step with its time after it. Not thread-safe: owned by
 * one thread; times are nanoseconds of one monotonic clock.
 */
final class KillTimeline {
  private static final long NEVER = -1;

  private final String victim;
  private final String backup;
  private final String killedPid;
  private final long killedNs;
  private long ejectedNs = NEVER;
  private long lastAnswerNs = NEVER;
  private long detectedNs = NEVER;
  private long servingNs = NEVER;
  private long recoveredNs = NEVER;

  /**
   * @param killedPid the process that was killed: what comes back under another pid is its next
   *     life
   */
  KillTimeline(String victim, String killedPid, String backup, long killedNs) {
    this.victim = victim;
    this.killedPid = killedPid;
    this.backup = backup;
    this.killedNs = killedNs;
  }

  void take(Seen seen) {
    long afterNs = seen.atNs() - killedNs;
    if (afterNs < 0) {
      return;
    }
    switch (seen) {
      case Answer answer -> answered(answer, afterNs);
      case Happened happened -> happened(happened.event(), afterNs);
      case Looked looked -> looked(looked.instance(), afterNs);
    }
  }

  private void answered(Answer answer, long afterNs) {
    if (answer.failed()) {
      return;
    }
    if (answer.instance().equals(backup) && servingNs == NEVER) {
      servingNs = afterNs;
    }
    if (answer.instance().equals(victim) && detectedNs == NEVER) {
      lastAnswerNs = afterNs;
    }
  }

  private void happened(JsonObject event, long afterNs) {
    if (!Fields.text(event, "instance").equals(victim)) {
      return;
    }
    switch (Fields.text(event, "kind", "type")) {
      case "InstanceEjected" -> ejectedNs = ejectedNs == NEVER ? afterNs : ejectedNs;
      case "InstanceFailed" -> detectedNs = detectedNs == NEVER ? afterNs : detectedNs;
      default -> {
        // Other events say nothing of these times.
      }
    }
  }

  private void looked(JsonObject instance, long afterNs) {
    String health = Fields.text(instance, "state", "health");
    String role = Fields.text(instance, "role", "effectiveRole");
    boolean back =
        health.toLowerCase(Locale.ROOT).equals("up")
            && role.toLowerCase(Locale.ROOT).equals("standby")
            && !Fields.text(instance, "meta.pid").equals(killedPid);
    if (back && recoveredNs == NEVER) {
      recoveredNs = afterNs;
    }
  }

  /**
   * When the last request left the killed instance behind: the balancer's own event, else its last
   * answer, else the moment of the kill.
   */
  OptionalLong ejected() {
    if (ejectedNs != NEVER) {
      return OptionalLong.of(ejectedNs);
    }
    return detectedNs == NEVER ? OptionalLong.empty() : OptionalLong.of(Math.max(0, lastAnswerNs));
  }

  OptionalLong detected() {
    return time(detectedNs);
  }

  OptionalLong backupServing() {
    return time(servingNs);
  }

  OptionalLong recovered() {
    return time(recoveredNs);
  }

  boolean complete() {
    return detectedNs != NEVER && servingNs != NEVER && recoveredNs != NEVER;
  }

  private static OptionalLong time(long ns) {
    return ns == NEVER ? OptionalLong.empty() : OptionalLong.of(ns);
  }
}
