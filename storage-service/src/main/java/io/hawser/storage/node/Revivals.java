package io.hawser.storage.node;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which replicas that have stopped are opened again: those that stopped when the disk was full,
 * once it is not. What stopped for another reason, as after an fsync that failed, stays stopped:
 * nobody knows what is on that disk. Not thread-safe: owned by the verticle.
 *
 * <pre>
 * state     input                                       next
 * -         stopped, the disk full now or just before   short
 * -         stopped, else                               broken, until it is no longer stopped
 * short     the disk has room, and the pause is over    due: opened, with a longer pause before the next time
 * </pre>
 */
final class Revivals {
  static final long PAUSE_NS = TimeUnit.SECONDS.toNanos(2);
  static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(10);

  /** What the system says when a disk is full. */
  private static final String NO_SPACE = "No space left on device";

  private record Last(long atNs, long pauseNs) {}

  private final Set<String> shortOfRoom = new HashSet<>();
  private final Set<String> broken = new HashSet<>();
  private final Map<String, Last> opened = new HashMap<>();
  private boolean wasFull;

  /**
   * Looks at those that have stopped, each time that the disk was looked at.
   *
   * @param stopped by group, why
   * @return those that are to be opened now
   */
  List<String> due(Map<String, String> stopped, boolean full, long nowNs) {
    shortOfRoom.retainAll(stopped.keySet());
    broken.retainAll(stopped.keySet());
    stopped.forEach((group, why) -> judge(group, full || wasFull || why.contains(NO_SPACE)));
    wasFull = full;
    opened.values().removeIf(last -> nowNs - last.atNs() > 2 * LONGEST_NS);
    List<String> due = new ArrayList<>();
    if (!full) {
      shortOfRoom.stream().sorted().filter(group -> rested(group, nowNs)).forEach(due::add);
      due.forEach(group -> opens(group, nowNs));
    }
    return due;
  }

  private void judge(String group, boolean forWantOfRoom) {
    if (!shortOfRoom.contains(group) && !broken.contains(group)) {
      boolean unused = (forWantOfRoom ? shortOfRoom : broken).add(group);
    }
  }

  private boolean rested(String group, long nowNs) {
    Last last = opened.get(group);
    return last == null || nowNs - last.atNs() >= last.pauseNs();
  }

  private void opens(String group, long nowNs) {
    Last last = opened.get(group);
    long pauseNs = last == null ? PAUSE_NS : Math.min(2 * last.pauseNs(), LONGEST_NS);
    var unused = opened.put(group, new Last(nowNs, pauseNs));
  }
}
