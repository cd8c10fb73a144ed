package io.hawser.bus.client.hard;

import io.hawser.bus.client.core.HardMirror;
import io.hawser.model.Entry;
import io.hawser.model.FacetKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of a newer version of Hawser, by the revisions of their last writes: nobody here can
 * read them. Soft state. Owned by the follower's context.
 */
final class Unreadable {
  private static final Logger log = LoggerFactory.getLogger(Unreadable.class);

  private final Consumer<Set<FacetKey>> listener;
  private Map<FacetKey, Long> known = Map.of();

  /**
   * @param listener is told of them when they change
   */
  Unreadable(Consumer<Set<FacetKey>> listener) {
    this.listener = listener;
  }

  /** These were found, beside those known. */
  void found(Map<FacetKey, Long> more) {
    Map<FacetKey, Long> all = new HashMap<>(known);
    more.forEach((key, revision) -> all.merge(key, revision, Math::max));
    only(all);
  }

  /** Of these there is something newer, which can be read. */
  void read(List<Entry> entries) {
    Map<FacetKey, Long> rest = new HashMap<>(known);
    for (Entry entry : entries) {
      if (rest.getOrDefault(entry.key(), Long.MAX_VALUE) <= HardMirror.revision(entry)) {
        Long unused = rest.remove(entry.key());
      }
    }
    only(rest);
  }

  /** There are these, and no others. */
  void only(Map<FacetKey, Long> now) {
    Map<FacetKey, Long> before = known;
    known = Map.copyOf(now);
    if (now.isEmpty() && !before.isEmpty()) {
      log.info("all records can be read again");
    } else if (before.isEmpty() && !now.isEmpty()) {
      log.warn("records of a newer version stay as they were keys={}", now.keySet());
    }
    if (!before.keySet().equals(now.keySet())) {
      listener.accept(Set.copyOf(now.keySet()));
    }
  }
}
