package io.hawser.storage.group;

import io.hawser.bus.WireFormat;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Result;
import io.hawser.node.Time;
import io.hawser.storage.group.core.Intake;
import io.hawser.storage.group.core.Intake.Batch;
import io.hawser.storage.log.ReplicatedLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Brings changes into the group's log: those of one turn of the event loop as one entry, as many
 * entries at once as keep the log busy. Who waits longer than the limit is told that the outcome is
 * unknown. An entry is proposed in the term in which it was decided on, or not at all. Owned by the
 * host's context.
 */
final class Writer {
  /** Entries under way; while there are as many, changes gather for larger ones. */
  private static final int UNDER_WAY = 16;

  /**
   * A change under way.
   *
   * @param decided run when its outcome is known, or will never be: that may be after the answer
   */
  record Pending(Promise<Content> promise, Runnable decided) {
    void end(Content content) {
      promise.tryComplete(content);
      decided.run();
    }
  }

  private record Sent(Batch<Pending> batch, long atNs) {}

  private final Context context;
  private final ReplicatedLog<List<Result>> log;
  private final WireFormat format;
  private final Time time;
  private final long limitNs;
  private final Intake<Pending> intake;
  private final Deque<Sent> sent = new ArrayDeque<>();
  private boolean scheduled;
  private long term;

  /**
   * @param limitNs for an answer
   */
  Writer(
      Context context,
      ReplicatedLog<List<Result>> log,
      WireFormat format,
      Time time,
      long limitNs,
      Intake<Pending> intake) {
    this.context = context;
    this.log = log;
    this.format = format;
    this.time = time;
    this.limitNs = limitNs;
    this.intake = intake;
  }

  /** Changes that are taken and not decided. */
  int changes() {
    return intake.changes();
  }

  /** This node begins to lead: what it took in an earlier term was decided on in that one. */
  void leading(long newTerm, long lastStampMs) {
    term = newTerm;
    intake
        .begin(lastStampMs, time.nowNs())
        .forEach(p -> p.end(Answers.notLeading(Optional.empty())));
  }

  /** A change of the leader's own. */
  Future<Content> propose(StorageOp op) {
    return write(new Mutation("", 0, 0, op), () -> {});
  }

  /**
   * @param decided see {@link Pending}
   */
  Future<Content> write(Mutation mutation, Runnable decided) {
    Promise<Content> promise = Promise.promise();
    if (!intake.add(mutation, new Pending(promise, decided), time.nowNs())) {
      decided.run();
      return Future.succeededFuture(Answers.overloaded());
    }
    if (!scheduled) {
      scheduled = true;
      context.runOnContext(v -> flush());
    }
    return promise.future();
  }

  private void flush() {
    scheduled = false;
    while (sent.size() < UNDER_WAY && intake.queued()) {
      send(intake.batch(time.nowNs()));
    }
  }

  private void send(Batch<Pending> batch) {
    Sent now = new Sent(batch, time.nowNs());
    sent.add(now);
    Future<List<Result>> unused =
        log.propose(format.encode(batch.entry()), term)
            .onComplete(
                (results, failure) -> Worker.on(context, () -> decided(now, results, failure)));
  }

  private void decided(Sent entry, List<Result> results, Throwable failure) {
    boolean unused = sent.remove(entry);
    intake.decided(entry.batch());
    List<Pending> waiting = entry.batch().waiting();
    for (int i = 0; i < waiting.size(); i++) {
      waiting.get(i).end(failure == null ? new Applied(results.get(i)) : Answers.content(failure));
    }
    flush();
  }

  /** Time has passed. */
  void tick(long nowNs) {
    intake.overdue(nowNs, limitNs).forEach(p -> p.end(Answers.noQuorum()));
    for (Sent entry : sent) {
      if (nowNs - entry.atNs() < limitNs) {
        return;
      }
      entry.batch().waiting().forEach(p -> p.promise().tryComplete(Answers.unknown()));
    }
  }
}
