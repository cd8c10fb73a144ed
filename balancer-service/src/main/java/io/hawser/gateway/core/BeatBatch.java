package io.hawser.gateway.core;

import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Beat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Beats that wait to be passed on together: the last one of each instance. Soft state. Not
 * thread-safe: owned by the event loop of the API server.
 */
public final class BeatBatch {
  /** The most beats that travel in one message. */
  public static final int MAX_BEATS = 1_000;

  private final Map<InstanceKey, Beat> beats = new LinkedHashMap<>();

  public void add(Beat beat) {
    Beat unused = beats.put(beat.instance(), beat);
  }

  public boolean isEmpty() {
    return beats.isEmpty();
  }

  /** Whether it has to go now. */
  public boolean full() {
    return beats.size() >= MAX_BEATS;
  }

  /** All beats, which are no longer here then. */
  public List<Beat> take() {
    List<Beat> taken = List.copyOf(beats.values());
    beats.clear();
    return taken;
  }
}
