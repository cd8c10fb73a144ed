package io.hawser.bus.client;

import io.hawser.model.Entry;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the entries that were refused because a clock is far ahead, and says so once for each
 * writer. Not thread-safe: owned by one replica's context.
 */
final class ClockAlarm {
  private static final Logger log = LoggerFactory.getLogger(ClockAlarm.class);

  private final Meters meters;
  private final Set<NodeId> alarmed = new HashSet<>();

  ClockAlarm(Meters meters) {
    this.meters = meters;
  }

  void refused(List<Entry> entries, long wallMs) {
    for (Entry entry : entries) {
      meters.counter(Meters.CATALOG_REFUSED).increment();
      NodeId writer = entry.stamp().node();
      if (alarmed.add(writer)) {
        log.error(
            "catalog entries refused, a clock is ahead writer={} leadMs={}",
            writer,
            entry.stamp().wallMs() - wallMs);
      }
    }
  }
}
