package io.hawser.gateway.core;

import io.hawser.model.Event;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The last events, in the order in which they came. Each has a position that rises by one; the
 * oldest are overwritten. Soft state: other gateways have rings of their own, in which events of
 * different nodes may stand in another order.
 *
 * <p>Not thread-safe: owned by the event loop of the API server.
 */
public final class EventRing {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}-[A-Za-z0-9._:@-]{1,128}");
  private static final int CLOCK_DIGITS = 16;
  private static final int COUNTER_BITS = 16;

  /** By how much later an event of another node may come at one gateway than at another. */
  static final long SLACK_MS = 2_000;

  /**
   * Where a reader goes on.
   *
   * @param gap whether events may be missing before that position
   */
  public record Start(long position, boolean gap) {}

  private final @Nullable Event[] events;
  private long end;

  /**
   * @param capacity the most events that are kept
   */
  public EventRing(int capacity) {
    this.events = new Event[capacity];
  }

  public void add(Event event) {
    events[slot(end)] = event;
    end++;
  }

  /** The position of the oldest event that is kept. */
  public long first() {
    return Math.max(0, end - events.length);
  }

  /** The position that the next event will have. */
  public long end() {
    return end;
  }

  /** The event at a position from {@link #first} to before {@link #end}. */
  public Event at(long position) {
    Event event = events[slot(position)];
    if (position < first() || position >= end || event == null) {
      throw new IllegalArgumentException("no event at position " + position);
    }
    return event;
  }

  /** Where to go on after an event, be it in this ring or not. Ids of all nodes sort by time. */
  public Start after(String id) {
    long newer = end;
    boolean older = false;
    for (long position = end - 1; position >= first(); position--) {
      int order = at(position).id().compareTo(id);
      if (order == 0) {
        return new Start(position + 1, false);
      }
      older |= order < 0;
      newer = order > 0 ? position : newer;
    }
    return new Start(newer, !older);
  }

  /**
   * Where a stream goes on that may have been another gateway's until now: from the first of the
   * events of other nodes that may have come there after the one that was seen last, and here
   * before it. To be left out from there is what {@link #seen} names.
   */
  public Start resume(String id) {
    Start after = after(id);
    if (!ID.matcher(id).matches()) {
      return after;
    }
    long clock = Long.parseUnsignedLong(id.substring(0, CLOCK_DIGITS), 16);
    String from = String.format("%016x", Math.max(0, clock - (SLACK_MS << COUNTER_BITS)));
    long start = after.position();
    for (long position = start - 1; position >= first(); position--) {
      Event event = at(position);
      start = event.id().compareTo(from) > 0 && !seen(event, id) ? position : start;
    }
    return new Start(start, after.gap());
  }

  /**
   * Whether who has seen the event with this id has seen another one for sure: those of one node
   * come in the same order everywhere.
   */
  public static boolean seen(Event event, String id) {
    return ID.matcher(id).matches()
        && event.id().compareTo(id) <= 0
        && event.id().substring(CLOCK_DIGITS).equals(id.substring(CLOCK_DIGITS));
  }

  /**
   * What a reader may say it has seen last: an event's id, or a point in time, which becomes an id
   * that no event has.
   *
   * @return empty when it is neither
   */
  public static Optional<String> mark(String text) {
    if (ID.matcher(text).matches()) {
      return Optional.of(text);
    }
    try {
      long wallMs = Math.max(0, Instant.parse(text).toEpochMilli());
      return Optional.of(String.format("%016x", wallMs << COUNTER_BITS));
    } catch (DateTimeException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  private int slot(long position) {
    return (int) (position % events.length);
  }
}
