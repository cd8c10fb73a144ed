package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.Rendezvous;
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
  /** Over how many buckets the digest is spread. */
  public static final int BUCKETS = 64;

  /**
   * How long a deletion is remembered. A node that was away for longer may bring the deleted entry
   * back.
   */
  public static final long TOMBSTONE_LIFE_MS = 3_600_000;

  private final Map<FacetKey, Entry> entries = new HashMap<>();
  private final TreeMap<String, TreeSet<String>> instances = new TreeMap<>();
  private final long[] digest = new long[BUCKETS];

  /** Takes an entry in, unless what is there is as new. Returns whether anything changed. */
  public boolean apply(Entry entry) {
    Entry old = entries.get(entry.key());
    if (old != null && !entry.stamp().newerThan(old.stamp())) {
      return false;
    }
    if (old != null) {
      digest[bucket(old.key())] ^= fingerprint(old);
    }
    digest[bucket(entry.key())] ^= fingerprint(entry);
    entries.put(entry.key(), entry);
    index(entry);
    return true;
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

  /**
   * A hash for each bucket; equal in two catalogs exactly when, but for chance, the entries of that
   * bucket are equal.
   */
  public List<Long> digest() {
    List<Long> copy = new ArrayList<>(BUCKETS);
    for (long hash : digest) {
      copy.add(hash);
    }
    return List.copyOf(copy);
  }

  /** The buckets in which another digest differs from this catalog's. */
  public List<Integer> differing(List<Long> other) {
    List<Integer> differing = new ArrayList<>();
    for (int i = 0; i < BUCKETS && i < other.size(); i++) {
      if (other.get(i) != digest[i]) {
        differing.add(i);
      }
    }
    return differing;
  }

  /** All entries of some buckets, deletions among them. */
  public List<Entry> entriesOf(List<Integer> buckets) {
    return entries.values().stream().filter(e -> buckets.contains(bucket(e.key()))).toList();
  }

  /** Whether this is a deletion that everybody must have seen by now. */
  public static boolean forgettable(Entry entry, long wallMs) {
    return entry.deleted() && entry.stamp().wallMs() + TOMBSTONE_LIFE_MS < wallMs;
  }

  /** Forgets deletions that everybody must have seen by now. Returns of what. */
  public List<FacetKey> prune(long wallMs) {
    List<Entry> old = entries.values().stream().filter(e -> forgettable(e, wallMs)).toList();
    for (Entry entry : old) {
      digest[bucket(entry.key())] ^= fingerprint(entry);
      entries.remove(entry.key());
    }
    return old.stream().map(Entry::key).toList();
  }

  public int size() {
    return entries.size();
  }

  private static int bucket(FacetKey key) {
    return (int) Long.remainderUnsigned(Rendezvous.hash(key.scope() + '\0' + key.name()), BUCKETS);
  }

  private static long fingerprint(Entry entry) {
    FacetKey key = entry.key();
    return Rendezvous.hash(
        key.kind().name()
            + '\0'
            + key.scope()
            + '\0'
            + key.name()
            + '\0'
            + entry.stamp().hlc()
            + '\0'
            + entry.stamp().node());
  }
}
