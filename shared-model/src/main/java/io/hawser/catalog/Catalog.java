package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Every register that this node knows: for each key the newest entry, deletions among them.
 *
 * <p>Two catalogs that have seen the same entries, in any order and any number of times, are equal:
 * {@link #apply} keeps the entry with the newer stamp (a last-writer-wins register per facet, after
 * Shapiro et al., "A comprehensive study of Convergent and Commutative Replicated Data Types",
 * 2011). Not thread-safe: owned by one context.
 */
public final class Catalog {
  /**
   * How long a deletion is remembered. A node that was away for longer may bring the deleted entry
   * back.
   */
  public static final long TOMBSTONE_LIFE_MS = 3_600_000;

  private final Map<FacetKey, Entry> entries = new HashMap<>();
  private final TreeMap<String, TreeSet<String>> instances = new TreeMap<>();
  private final HashTree tree = new HashTree();

  /** Takes an entry in, unless what is there is as new. Returns whether anything changed. */
  public boolean apply(Entry entry) {
    Entry old = entries.get(entry.key());
    if (old != null && !entry.stamp().newerThan(old.stamp())) {
      return false;
    }
    if (old != null) {
      tree.remove(old);
    }
    tree.add(entry);
    entries.put(entry.key(), entry);
    index(entry);
    return true;
  }

  /**
   * Takes over what somebody else keeps, in place of what is here: no part of the digest, and
   * handed to nobody.
   */
  void mirror(Entry entry) {
    if (entry.deleted()) {
      entries.remove(entry.key());
    } else {
      entries.put(entry.key(), entry);
    }
  }

  private void index(Entry entry) {
    if (entry.key().kind() != Kind.REGISTRATION) {
      return;
    }
    String service = entry.key().scope();
    if (entry.deleted()) {
      TreeSet<String> ids = instances.getOrDefault(service, new TreeSet<>());
      ids.remove(entry.key().name());
      if (ids.isEmpty()) {
        instances.remove(service);
      }
    } else {
      instances.computeIfAbsent(service, s -> new TreeSet<>()).add(entry.key().name());
    }
  }

  /** The value of a register; empty when it was never written or was deleted. */
  public <F extends Facet> Optional<F> get(FacetKey key, Class<F> type) {
    Entry entry = entries.get(key);
    return entry == null ? Optional.empty() : entry.value().map(type::cast);
  }

  /** The newest write of a register, be it a deletion; empty when none is known. */
  public Optional<Entry> entry(FacetKey key) {
    return Optional.ofNullable(entries.get(key));
  }

  /** Every entry, deletions among them, in no order. */
  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  /** The services that have instances, in order. */
  public List<String> services() {
    return List.copyOf(instances.keySet());
  }

  public ServiceView service(String service) {
    List<InstanceView> views = new ArrayList<>();
    for (String id : instances.getOrDefault(service, new TreeSet<>())) {
      instance(new InstanceKey(service, id)).ifPresent(views::add);
    }
    return new ServiceView(service, views);
  }

  public Optional<InstanceView> instance(InstanceKey key) {
    return get(FacetKey.of(Kind.REGISTRATION, key), Facet.Registration.class)
        .map(
            registration ->
                new InstanceView(
                    key,
                    registration,
                    get(FacetKey.of(Kind.VERDICT, key), Facet.Verdict.class),
                    get(FacetKey.of(Kind.MAINTENANCE, key), Facet.Maintenance.class),
                    get(FacetKey.of(Kind.ROLE, key), Facet.RoleRecord.class)));
  }

  /** The hashes of this catalog, to be compared with another's. */
  HashTree tree() {
    return tree;
  }

  /** Equal in two catalogs exactly when, but for chance, their entries are. */
  public List<Long> digest() {
    return tree.digest();
  }

  /** Whether this is a deletion that everybody must have seen by now. */
  public static boolean forgettable(Entry entry, long wallMs) {
    return entry.deleted() && entry.stamp().wallMs() + TOMBSTONE_LIFE_MS < wallMs;
  }

  /** Forgets deletions that everybody must have seen by now. Returns of what. */
  public List<FacetKey> prune(long wallMs) {
    List<Entry> old = entries.values().stream().filter(e -> forgettable(e, wallMs)).toList();
    for (Entry entry : old) {
      tree.remove(entry);
      entries.remove(entry.key());
    }
    return old.stream().map(Entry::key).toList();
  }

  public int size() {
    return entries.size();
  }
}
