package io.hawser.bus.client.storage;

import io.hawser.bus.client.core.Pursuit;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Unavailable;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One request under way: does what its {@link Pursuit} decides. On the context of who asks; others
 * are taken there.
 */
final class Errand {
  private static final long NO_TIMER = -1;

  /** Who waits for longer is woken by {@link #wake}, a little late; a timer for each costs more. */
  private static final long LONG_NS = TimeUnit.MILLISECONDS.toNanos(5 * Asker.WATCH_MS);

  private final Asker asker;
  private final String group;
  private final StorageMessage request;
  private final Pursuit pursuit;
  private final long deadlineNs;
  private final Context context;
  private final Promise<Outcome<Content>> done = Promise.promise();
  private long timer = NO_TIMER;
  private volatile long wakeNs;

  Errand(
      Asker asker,
      String group,
      StorageMessage request,
      Pursuit pursuit,
      long deadlineNs,
      Context context) {
    this.asker = asker;
    this.group = group;
    this.request = request;
    this.pursuit = pursuit;
    this.deadlineNs = deadlineNs;
    this.wakeNs = deadlineNs;
    this.context = context;
  }

  String group() {
    return group;
  }

  /** Whether it waits for changes, and not for an answer as soon as there is one. */
  boolean waits() {
    return request instanceof StorageMessage.Await;
  }

  Promise<Outcome<Content>> done() {
    return done;
  }

  /** From any thread. */
  void start() {
    on(() -> run(pursuit.start(asker.nowNs())));
  }

  /** From any thread: a node shows that it leads the group now. */
  void leads(NodeId node) {
    on(() -> run(pursuit.leads(node, asker.nowNs())));
  }

  /** From any thread: another node says that this one leads the group now. */
  void named(NodeId node) {
    on(() -> run(pursuit.named(node, asker.nowNs())));
  }

  /** From any thread: a node is no member any more. */
  void gone(NodeId node) {
    on(() -> run(pursuit.gone(node, asker.nowNs())));
  }

  /** From any thread: it is so late. */
  void wake(long nowNs) {
    if (nowNs - wakeNs >= 0) {
      on(() -> run(pursuit.tick(asker.nowNs())));
    }
  }

  private void on(Runnable action) {
    if (context.equals(Vertx.currentContext())) {
      action.run();
    } else {
      context.runOnContext(v -> action.run());
    }
  }

  private void run(List<Pursuit.Step> steps) {
    for (Pursuit.Step step : steps) {
      switch (step) {
        case Pursuit.Send send -> send(send.node());
        case Pursuit.Wake wake -> wakeAt(wake.atNs());
        case Pursuit.Done ok -> finish(new Outcome.Ok<>(ok.content()));
        case Pursuit.Failed failed ->
            finish(
                failed.uncertain()
                    ? new Outcome.Unknown<>(failed.detail())
                    : new Outcome.Rejected<>(failed.code(), failed.detail()));
      }
    }
  }

  private void send(NodeId node) {
    long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - asker.nowNs()));
    asker
        .send(node, request, leftMs)
        .onComplete(
            (outcome, failure) ->
                on(
                    () -> {
                      Outcome<Reply> told =
                          failure == null
                              ? outcome
                              : new Outcome.Unknown<>(String.valueOf(failure.getMessage()));
                      learn(node, told);
                      run(pursuit.answered(node, told, asker.nowNs()));
                    }));
  }

  private void learn(NodeId node, Outcome<Reply> outcome) {
    switch (outcome) {
      case Outcome.Ok<Reply> ok when ok.value().content() instanceof NotLeader refusal ->
          refusal
              .leader()
              .filter(l -> !l.equals(node))
              .ifPresentOrElse(l -> asker.named(group, l), () -> asker.leadsNot(group, node));
      case Outcome.Ok<Reply> ok when Asker.onlyLeadersSay(ok.value().content()) ->
          asker.leads(group, node);
      case Outcome.Ok<Reply> ok
          when ok.value().content() instanceof Unavailable refusal && refusal.neverHere() ->
          asker.leadsNot(group, node);
      case Outcome.Ok<Reply> ignored -> {}
      case Outcome.Rejected<Reply> ignored -> {}
      case Outcome.Unknown<Reply> ignored -> asker.leadsNot(group, node);
    }
  }

  private void wakeAt(long atNs) {
    cancelTimer();
    wakeNs = atNs;
    long inNs = atNs - asker.nowNs();
    if (inNs > LONG_NS) {
      return;
    }
    long inMs = Math.max(1, (inNs + 999_999) / 1_000_000);
    timer =
        context
            .owner()
            .setTimer(
                inMs,
                id -> {
                  timer = NO_TIMER;
                  run(pursuit.tick(asker.nowNs()));
                });
  }

  private void cancelTimer() {
    if (timer != NO_TIMER) {
      boolean unused = context.owner().cancelTimer(timer);
      timer = NO_TIMER;
    }
  }

  private void finish(Outcome<Content> outcome) {
    cancelTimer();
    boolean unused = done.tryComplete(outcome);
  }
}
