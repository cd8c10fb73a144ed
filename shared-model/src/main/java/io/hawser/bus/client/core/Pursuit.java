package io.hawser.bus.client.core;

import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageOp.TooLate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Decides to whom one request to a group of the store is sent, and to whom next, until it is
 * answered or its time is over. An attempt that is not answered is not given up: the first good
 * answer counts, whoever gives it. A change ends as uncertain when an attempt may have been carried
 * out whose answer is not known, else as refused.
 *
 * <p>Not thread-safe: owned by the context of its caller. Soft state.
 */
public final class Pursuit {
  /** The longest pause after a refusal. */
  private static final long MAX_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

  public static final String NO_QUORUM = "no-quorum";
  public static final String NO_STORAGE = "no-storage";
  public static final String OVERLOADED = "overloaded";
  public static final String NO_ROOM = "no-room";

  /** What is to be done. */
  public sealed interface Step {}

  /** Send the request; tell the answer by {@link #answered}. */
  public record Send(NodeId node) implements Step {}

  /** Call {@link #tick} at this time, unless another step comes first. */
  public record Wake(long atNs) implements Step {}

  /** Over: this is the answer. */
  public record Done(NodeId node, Content content) implements Step {}

  /**
   * Over without an answer.
   *
   * @param uncertain whether the change may have been, or may yet be, carried out
   */
  public record Failed(String code, String detail, boolean uncertain) implements Step {}

  private final boolean change;
  private final List<NodeId> order;
  private final Patience patience;
  private final Attempts attempts = new Attempts();
  private Optional<NodeId> leader;
  private long startNs;
  private long nextNs;
  private int cursor;
  private int sends;
  private int refusals;
  private boolean maybeDone;
  private boolean started;
  private boolean over;
  private String lastCode = NO_QUORUM;
  private String lastRefusal = "nobody was asked";

  /**
   * @param change whether it makes a difference if the request is carried out
   * @param leader who is asked first
   * @param order who is asked then
   */
  public Pursuit(boolean change, Optional<NodeId> leader, List<NodeId> order, Patience patience) {
    this.change = change;
    this.leader = leader;
    this.order = order.isEmpty() ? leader.stream().toList() : List.copyOf(order);
    this.patience = patience;
  }

  public List<Step> start(long nowNs) {
    started = true;
    startNs = nowNs;
    if (order.isEmpty()) {
      return fail(NO_STORAGE, "no live node has the role storage", false);
    }
    return send(leader.orElseGet(this::next), nowNs);
  }

  /** Time has passed. */
  public List<Step> tick(long nowNs) {
    if (over) {
      return List.of();
    }
    if (nowNs - startNs >= patience.totalNs()) {
      return giveUp();
    }
    return nowNs - nextNs >= 0 ? send(next(), nowNs) : List.of(wake());
  }

  /** A node shows that it leads the group now. */
  public List<Step> leads(NodeId node, long nowNs) {
    return leads(node, false, nowNs);
  }

  /**
   * Another node says that this one leads the group now. If it has just refused, it gets time: it
   * has won, and is not ready yet.
   */
  public List<Step> named(NodeId node, long nowNs) {
    return leads(node, justRefused(node, nowNs), nowNs);
  }

  private List<Step> leads(NodeId node, boolean later, long nowNs) {
    if (over) {
      return List.of();
    }
    leader = Optional.of(node);
    if (!started || awaited(node, nowNs)) {
      return List.of();
    }
    return later ? later(pauseNs(), nowNs) : send(node, nowNs);
  }

  private boolean justRefused(NodeId node, long nowNs) {
    return attempts.refusedWithin(node, pauseNs(), nowNs);
  }

  private boolean awaited(NodeId node, long nowNs) {
    return attempts.sentWithin(node, patience.attemptNs(), nowNs);
  }

  /** A node is no member any more: what it was asked will not be answered. */
  public List<Step> gone(NodeId node, long nowNs) {
    if (over || !attempts.owes(node)) {
      return List.of();
    }
    attempts.gone(node);
    maybeDone = true;
    leader = leader.filter(l -> !l.equals(node));
    refuse(node, NO_QUORUM, "is gone", nowNs);
    return send(next(), nowNs);
  }

  /** The answer to one attempt. */
  public List<Step> answered(NodeId node, Outcome<Reply> outcome, long nowNs) {
    if (over || !attempts.answered(node)) {
      return List.of();
    }
    return switch (outcome) {
      case Outcome.Ok<Reply> ok -> replied(node, ok.value().content(), nowNs);
      case Outcome.Rejected<Reply> rejected ->
          fail(rejected.code(), node + ": " + rejected.detail(), uncertain());
      case Outcome.Unknown<Reply> unknown -> {
        maybeDone = true;
        leader = leader.filter(l -> !l.equals(node));
        yield pause(node, NO_QUORUM, unknown.detail(), pauseNs(), nowNs);
      }
    };
  }

  private List<Step> replied(NodeId node, Content content, long nowNs) {
    return switch (content) {
      case NotLeader refusal -> elsewhere(node, refusal.leader(), nowNs);
      case Unavailable refusal -> {
        maybeDone |= refusal.reason().equals(Unavailable.LOST_LEADERSHIP);
        if (refusal.neverHere()) {
          leader = leader.filter(l -> !l.equals(node));
        }
        yield pause(node, NO_QUORUM, refusal.reason(), pauseNs(), nowNs);
      }
      case Overloaded refusal ->
          busy(node, OVERLOADED, "too much is waiting", refusal.retryAfterMs(), nowNs);
      case NoRoom refusal ->
          busy(
              node,
              NO_ROOM,
              "%d of %d bytes are used; delete something, or add a node"
                  .formatted(refusal.usedBytes(), refusal.capacityBytes()),
              MAX_PAUSE_NS / 1_000_000,
              nowNs);
      case Applied applied when applied.result() instanceof TooLate && sends > 1 ->
          fail("too-late", "its result is forgotten", true);
      default -> {
        over = true;
        yield List.of(new Done(node, content));
      }
    };
  }

  private List<Step> elsewhere(NodeId node, Optional<NodeId> named, long nowNs) {
    leader = named.filter(l -> !l.equals(node));
    if (leader.isEmpty()) {
      return pause(node, NO_QUORUM, "does not lead, and knows no leader", pauseNs(), nowNs);
    }
    refuse(node, NO_QUORUM, "does not lead, and names " + leader.get(), nowNs);
    NodeId other = leader.get();
    if (awaited(other, nowNs)) {
      return List.of(wake());
    }
    return justRefused(other, nowNs) ? later(pauseNs(), nowNs) : send(other, nowNs);
  }

  /** Nothing was done by this attempt: who asks is told at once, unless an earlier one hangs. */
  private List<Step> busy(NodeId node, String code, String why, long retryAfterMs, long nowNs) {
    return uncertain()
        ? pause(node, code, why, TimeUnit.MILLISECONDS.toNanos(Math.max(1, retryAfterMs)), nowNs)
        : fail(code, node + ": " + why, false);
  }

  private List<Step> pause(NodeId node, String code, String why, long pauseNs, long nowNs) {
    refuse(node, code, why, nowNs);
    return later(pauseNs, nowNs);
  }

  private void refuse(NodeId node, String code, String why, long nowNs) {
    attempts.refused(node, nowNs);
    refusals++;
    lastCode = code;
    lastRefusal = node + ": " + why;
  }

  private List<Step> later(long pauseNs, long nowNs) {
    nextNs = nowNs + pauseNs;
    return List.of(wake());
  }

  private long pauseNs() {
    int doublings = Math.min(refusals / Math.max(1, order.size()), 4);
    return Math.min(PAUSE_NS << doublings, MAX_PAUSE_NS);
  }

  private List<Step> send(NodeId node, long nowNs) {
    if (nowNs - startNs >= patience.totalNs()) {
      return giveUp();
    }
    attempts.sent(node, nowNs);
    sends++;
    nextNs = nowNs + patience.attemptNs();
    return List.of(new Send(node), wake());
  }

  private Wake wake() {
    long endNs = startNs + patience.totalNs();
    return new Wake(nextNs - endNs < 0 ? nextNs : endNs);
  }

  /** The leader, if it does not owe an answer; else who owes none; else whoever is next. */
  private NodeId next() {
    if (leader.isPresent() && !attempts.owes(leader.get())) {
      return leader.get();
    }
    for (int i = 0; i < order.size(); i++) {
      NodeId node = order.get(cursor++ % order.size());
      if (!attempts.owes(node) && !attempts.isGone(node)) {
        return node;
      }
    }
    return leader.orElseGet(() -> order.get(cursor++ % order.size()));
  }

  private boolean uncertain() {
    return change && (maybeDone || attempts.open());
  }

  private List<Step> giveUp() {
    long totalMs = TimeUnit.NANOSECONDS.toMillis(patience.totalNs());
    List<NodeId> silent = attempts.silent();
    String detail =
        silent.isEmpty()
            ? lastRefusal
            : "no answer from " + silent + (refusals == 0 ? "" : "; " + lastRefusal);
    return fail(lastCode, "not done within " + totalMs + " ms; " + detail, uncertain());
  }

  private List<Step> fail(String code, String detail, boolean uncertain) {
    over = true;
    List<Step> steps = new ArrayList<>();
    steps.add(new Failed(code, detail, uncertain && change));
    return steps;
  }
}
