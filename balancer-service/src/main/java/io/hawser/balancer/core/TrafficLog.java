package io.hawser.balancer.core;

import io.hawser.model.MonitorMessage.TrafficSlot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Requests, errors and latencies of each service in each second. Soft state. Not thread-safe: each
 * event loop has one, and the collector of the node adds them up.
 */
public final class TrafficLog {
  /** Slots kept when nobody drains; what comes beyond is not counted. */
  static final int MAX_SLOTS = 10_000;

  private static final int SIGNIFICANT_DIGITS = 2;
  private static final long MILLIS_PER_SECOND = 1000;

  private record Key(String service, long second) {}

  private static final class Slot {
    long requests;
    long errors;
    final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
  }

  private final Map<Key, Slot> slots = new HashMap<>();

  /**
   * Counts one request.
   *
   * @param endMs wall clock at the end of the answer
   */
  public void record(String service, long endMs, long latencyUs, boolean error) {
    Slot slot = slot(new Key(service, Math.floorDiv(endMs, MILLIS_PER_SECOND)));
    if (slot != null) {
      slot.requests++;
      slot.errors += error ? 1 : 0;
      slot.latencies.recordValue(Math.max(0, latencyUs));
    }
  }

  /** Adds what another log holds. */
  public void absorb(TrafficLog other) {
    other.slots.forEach(
        (key, theirs) -> {
          Slot mine = slot(key);
          if (mine != null) {
            mine.requests += theirs.requests;
            mine.errors += theirs.errors;
            mine.latencies.add(theirs.latencies);
          }
        });
  }

  /** Takes everything of the seconds before the one of {@code wallMs} out. */
  public TrafficLog takeBefore(long wallMs) {
    long second = Math.floorDiv(wallMs, MILLIS_PER_SECOND);
    TrafficLog taken = new TrafficLog();
    Iterator<Map.Entry<Key, Slot>> all = slots.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Key, Slot> slot = all.next();
      if (slot.getKey().second() < second) {
        taken.slots.put(slot.getKey(), slot.getValue());
        all.remove();
      }
    }
    return taken;
  }

  public boolean isEmpty() {
    return slots.isEmpty();
  }

  /** The slots as they are sent to the monitor. */
  public List<TrafficSlot> encoded() {
    List<TrafficSlot> encoded = new ArrayList<>();
    slots.forEach(
        (key, slot) ->
            encoded.add(
                new TrafficSlot(
                    key.service(),
                    key.second(),
                    slot.requests,
                    slot.errors,
                    encode(slot.latencies))));
    return encoded;
  }

  private @Nullable Slot slot(Key key) {
    Slot slot = slots.get(key);
    if (slot == null && slots.size() < MAX_SLOTS) {
      slot = new Slot();
      slots.put(key, slot);
    }
    return slot;
  }

  private static String encode(Histogram histogram) {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoByteBuffer(buffer);
    return Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
  }
}
