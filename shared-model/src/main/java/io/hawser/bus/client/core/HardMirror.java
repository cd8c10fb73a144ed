package io.hawser.bus.client.core;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a node knows of the records in the store, from lists, from the changes that follow them and
 * from its own writes, in whichever order they come. Of each record the newest revision stays, so
 * that none of the three takes back what another has brought already.
 *
 * <p>Each method returns what is new here. An entry's stamp has the record's revision in place of a
 * clock ({@link #revision(Entry)}). Hard state, but the store's: this is a copy. Not thread-safe:
 * owned by one context.
 */
public final class HardMirror {
  /** Who has written what the store keeps. */
  private static final NodeId STORE = new NodeId("store");

  private final Set<Kind> kinds;

  /** Values, and deletions whose revision is above {@link #revision}. */
  private final Map<FacetKey, Entry> held = new HashMap<>();

  private long revision;
  private boolean known;

  /**
   * @param kinds records of others are ignored
   */
  public HardMirror(Set<Kind> kinds) {
    this.kinds = Set.copyOf(kinds);
  }

  /** A record at a revision, or its deletion. */
  public static Entry entry(FacetKey key, Optional<Facet> value, long revision) {
    return new Entry(key, value, new Stamp(revision, STORE));
  }

  /** The revision of an entry that was made by {@link #entry}. */
  public static long revision(Entry entry) {
    return entry.stamp().hlc();
  }

  /** Every change up to this revision of the group is in here. */
  public long revision() {
    return revision;
  }

  /** Whether the records have been read once, be it from disk: what is not here was not there. */
  public boolean known() {
    return known;
  }

  /** What an earlier life of the node kept on disk. */
  public List<Entry> restored(List<Entry> entries) {
    List<Entry> changed = new ArrayList<>();
    entries.forEach(entry -> take(entry, changed));
    entries.forEach(entry -> revision = Math.max(revision, revision(entry)));
    known = true;
    return changed;
  }

  /**
   * All records, as they were at a revision or later. No changes may have been taken in since the
   * first of them was read, but what this node wrote itself.
   *
   * @param unreadable what the list had of records that nobody here can read: they stay as they
   *     were
   * @param anew the store has begun anew: nothing of what was known counts
   */
  public List<Entry> listed(
      long listRevision, List<Entry> records, Set<FacetKey> unreadable, boolean anew) {
    List<Entry> changed = new ArrayList<>();
    Map<FacetKey, Long> listed = new HashMap<>();
    records.forEach(record -> listed.put(record.key(), revision(record)));
    for (Entry old : List.copyOf(held.values())) {
      Long now = listed.get(old.key());
      // A store that was restored goes on far ahead with records that are older than those here.
      boolean past =
          revision(old) <= listRevision
              && (now == null ? !unreadable.contains(old.key()) : now < revision(old));
      if (anew || past) {
        held.remove(old.key());
        if (!old.deleted() && now == null) {
          changed.add(entry(old.key(), Optional.empty(), listRevision));
        }
      }
    }
    records.forEach(record -> take(record, changed));
    reached(anew ? listRevision : Math.max(revision, listRevision));
    known = true;
    return changed;
  }

  /** Every change after {@link #revision} up to another one. */
  public List<Entry> changed(long upTo, List<Entry> changes) {
    List<Entry> changed = new ArrayList<>();
    changes.forEach(change -> take(change, changed));
    reached(Math.max(revision, upTo));
    return changed;
  }

  /** What this node has just written itself. */
  public List<Entry> written(List<Entry> entries) {
    List<Entry> changed = new ArrayList<>();
    entries.forEach(entry -> take(entry, changed));
    return changed;
  }

  private void take(Entry entry, List<Entry> changed) {
    if (!kinds.contains(entry.key().kind())) {
      return;
    }
    Entry old = held.get(entry.key());
    if (old != null && revision(old) >= revision(entry)) {
      return;
    }
    if (!entry.deleted() || revision(entry) > revision) {
      held.put(entry.key(), entry);
    } else {
      held.remove(entry.key());
    }
    if (!entry.deleted() || (old != null && !old.deleted())) {
      changed.add(entry);
    }
  }

  /** Changes up to here do not come again: their deletions need not be remembered. */
  private void reached(long reached) {
    revision = reached;
    held.values().removeIf(entry -> entry.deleted() && revision(entry) <= reached);
  }
}
