package io.hawser.protocol;

import io.hawser.bus.client.core.LeaseTerm;
import io.hawser.failover.core.Book;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.ServiceFailover;
import io.hawser.model.Facet;
import io.hawser.model.Facet.FailoverGuard;
import io.hawser.model.Facet.Incident;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.protocol.Ledger.Line;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * One manager: its lease, what it remembers, and what it has read. Changed only by whoever has just
 * made or copied it.
 */
final class Seat {
  static final long LEASE_MS = 3_000;

  /** As long as a holder has not read what there is. */
  static final long UNREAD = -1;

  /**
   * Longer than anything that is waited for but a round of candidates, which nobody lives to see.
   */
  private static final long OLD_MS = 4_000;

  final String node;
  private final long permille;
  private final Limits limits;
  LeaseTerm lease;
  ServiceFailover core;
  private Map<FacetKey, Line> read = Map.of();
  private Book book = new Book();

  /** The term for which the book was read. */
  long readFor = UNREAD;

  /**
   * @param permille how fast its clock runs
   */
  Seat(String node, long permille, Limits limits, long nowMs) {
    this.node = node;
    this.permille = permille;
    this.limits = limits;
    this.lease = new LeaseTerm(LEASE_MS, Clock.ns(nowMs, permille));
    this.core = new ServiceFailover(limits);
  }

  Seat copy(long nowMs) {
    Seat copy = new Seat(node, permille, limits, nowMs);
    copy.lease = SoftState.copy(lease, LEASE_MS, nowNs(nowMs));
    copy.core = SoftState.copy(core, limits);
    copy.read = read;
    copy.book = book;
    copy.readFor = readFor;
    return copy;
  }

  /** As it begins: after a start, and after its lease ended. */
  Seat anew(long nowMs) {
    return new Seat(node, permille, limits, nowMs);
  }

  long nowNs(long nowMs) {
    return Clock.ns(nowMs, permille);
  }

  /** The term under which it may act; {@link #UNREAD} when it may not. */
  long term(long nowMs) {
    long epoch = lease.epoch(nowNs(nowMs)).orElse(UNREAD);
    return epoch == readFor ? epoch : UNREAD;
  }

  /** What its lease would ask for now. */
  LeaseTerm.Step next(long nowMs) {
    return SoftState.copy(lease, LEASE_MS, nowNs(nowMs)).next(nowNs(nowMs));
  }

  /** A new term begins, for which all was read. */
  void begin(long term, Map<FacetKey, Line> all) {
    core = new ServiceFailover(limits);
    readFor = term;
    read(all);
  }

  /** Reads all again. */
  void read(Map<FacetKey, Line> all) {
    read = Map.copyOf(all);
    book = new Book();
    read.forEach((key, line) -> book.put(key, line.value(), line.revision()));
  }

  void wrote(Map<FacetKey, ? extends Facet> values, long revision) {
    Map<FacetKey, Line> next = new HashMap<>(read);
    values.forEach((key, value) -> next.put(key, new Line(value, revision)));
    read(next);
  }

  Map<String, RoleRecord> roles() {
    return book.roles(Rules.SERVICE);
  }

  SortedMap<String, Incident> incidents() {
    return book.incidents(Rules.SERVICE);
  }

  FailoverGuard guard() {
    return book.guard(Rules.SERVICE);
  }

  long revision(FacetKey key) {
    return book.revision(key);
  }

  /**
   * What its next decisions hang on, but for what the store has too.
   *
   * @param term under which it acts; when it does not, it begins anew before it does
   */
  String text(Map<FacetKey, Line> store, long term, long nowMs, Identity identity) {
    StringBuilder text = new StringBuilder(node);
    text.append(identity.rank(term)).append(leaseText(nowMs, identity));
    if (term != UNREAD) {
      text.append(SoftState.text(core, nowNs(nowMs), OLD_MS));
      if (!read.equals(store)) {
        text.append(identity.differing(read, store));
      }
    }
    return text.toString();
  }

  private String leaseText(long nowMs, Identity identity) {
    long nowNs = nowNs(nowMs);
    String step =
        switch (next(nowMs)) {
          case LeaseTerm.Acquire ignored -> "seeks";
          case LeaseTerm.Renew ignored -> "renews";
          case LeaseTerm.Rest rest -> "rests" + (rest.untilNs() - nowNs) / 1_000_000;
        };
    long epoch = lease.epoch(nowNs).orElse(UNREAD);
    return epoch == UNREAD
        ? step
        : step + identity.rank(epoch) + '/' + (lease.validUntilNs() - nowNs) / 1_000_000;
  }

  static FacetKey key(Kind kind, String name) {
    return new FacetKey(kind, Rules.SERVICE, name);
  }
}
