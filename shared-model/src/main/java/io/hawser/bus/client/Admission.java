package io.hawser.bus.client;

import io.hawser.catalog.Catalog;
import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import io.hawser.model.NodeId;
import io.hawser.node.Meters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which entries of other nodes a replica takes in. Left out are those stamped by a clock
 * that is far ahead, as nobody could overwrite them until then, and deletions that are due to be
 * forgotten here, as peers would hand them to one another for ever. Not thread-safe: owned by one
 * replica's context.
 */
final class Admission {
  /** How far a stamp may be ahead of this node's wall clock. */
  static final long MAX_LEAD_MS = 60_000;

  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  private final Meters meters;
  private final Set<NodeId> alarmed = new HashSet<>();

  Admission(Meters meters) {
    this.meters = meters;
  }

  /**
   * @param known whether the replica holds an entry of the key
   */
  List<Entry> admit(List<Entry> entries, long wallMs, Predicate<FacetKey> known) {
    List<Entry> admitted = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (entry.stamp().wallMs() - wallMs > MAX_LEAD_MS) {
        refuse(entry, wallMs);
      } else if (!Catalog.forgettable(entry, wallMs) || known.test(entry.key())) {
        admitted.add(entry);
      }
    }
    return admitted;
  }

  private void refuse(Entry entry, long wallMs) {
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
