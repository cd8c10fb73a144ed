package io.hawser.bus.client.storage;

import io.hawser.catalog.Refused;
import io.hawser.model.Blob;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Answered;
import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Found;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Reply;
import io.hawser.model.StorageMessage.Several;
import io.hawser.model.StorageMessage.Together;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Delete;
import io.hawser.model.StorageOp.Put;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.TooLate;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes together in a message, how that is answered, and what each then has as its outcome. */
public final class Bundles {
  private static final Logger log = LoggerFactory.getLogger(Bundles.class);

  /** A change with a larger value goes alone. */
  private static final int SMALL_BYTES = 4_096;

  /** So many bytes of values go in one answer to several. */
  private static final long MOST_BYTES = 1 << 20;

  static final String UNKNOWN_REQUEST = "unknown-request";

  private Bundles() {}

  /** What a request goes together with; empty when it goes alone. */
  static Optional<String> kind(StorageMessage request) {
    return switch (request) {
      case Write write when small(write.mutation().op()) -> Optional.of("write " + write.group());
      case StorageMessage.Get get -> Optional.of("get " + get.freshness() + " " + get.group());
      case GetLease ignored -> Optional.of("lease");
      case Renew ignored -> Optional.of("lease");
      default -> Optional.empty();
    };
  }

  private static boolean small(StorageOp op) {
    return switch (op) {
      case Put put -> put.value().length() <= SMALL_BYTES;
      case Delete ignored -> true;
      case Acquire ignored -> true;
      case Release ignored -> true;
      default -> false;
    };
  }

  /**
   * Answers each of the requests, unless they are meant for another cluster, or not all of them
   * could be read. Of those with large values it answers so many as go in one message, and says of
   * the others that they have to be sent alone.
   *
   * @param cluster of the node; empty when it is in none yet
   * @param answer to one of them; fails, or throws, as a handler of the bus does
   */
  public static Future<Reply> answer(
      Several several, String cluster, Function<StorageMessage, Future<Content>> answer) {
    if (several.count() > several.requests().size()) {
      return Future.failedFuture(
          new Refused(
              Several.UNREAD,
              "of %d requests, %d are known here"
                  .formatted(several.count(), several.requests().size())));
    }
    boolean meant =
        several.cluster().isEmpty() || cluster.isEmpty() || several.cluster().equals(cluster);
    AtomicLong bytes = new AtomicLong();
    List<Future<Answered>> answers = new ArrayList<>(several.requests().size());
    for (StorageMessage request : several.requests()) {
      Future<Answered> one = one(request, meant ? answer : Bundles::elsewhere);
      answers.add(several.count() > 1 ? one.map(answered -> bounded(answered, bytes)) : one);
    }
    return Future.join(answers).map(all -> new Reply(new Together(all.list())));
  }

  /** The answer, unless there are so many bytes already: then it is let go of at once. */
  private static Answered bounded(Answered answered, AtomicLong bytes) {
    int more = answered.content().map(Bundles::bytes).orElse(0);
    if (bytes.addAndGet(more) <= MOST_BYTES) {
      return answered;
    }
    bytes.addAndGet(-more);
    return new Answered(Optional.empty(), Answered.ALONE, "");
  }

  private static int bytes(Content content) {
    return content instanceof Found found ? found.value().map(Blob::length).orElse(0) : 0;
  }

  private static Future<Content> elsewhere(StorageMessage request) {
    return Future.succeededFuture(new Unavailable(Unavailable.OTHER_CLUSTER));
  }

  private static Future<Answered> one(
      StorageMessage request, Function<StorageMessage, Future<Content>> answer) {
    Future<Content> content;
    try {
      content = answer.apply(request);
    } catch (RuntimeException e) {
      content = Future.failedFuture(e);
    }
    return content.map(c -> new Answered(Optional.of(c), "", "")).otherwise(Bundles::failed);
  }

  private static Answered failed(Throwable failure) {
    String detail = String.valueOf(failure.getMessage());
    if (failure instanceof Refused refused) {
      return new Answered(Optional.empty(), refused.code(), detail);
    }
    log.error("a request failed", failure);
    return new Answered(Optional.empty(), "", detail);
  }

  /** What has come of a request that went with others. */
  sealed interface Fate {}

  /** It is over. */
  record Settled(Outcome<Reply> outcome) implements Fate {}

  /**
   * It has to be sent again, by itself.
   *
   * @param maybeDone whether it may have been carried out, so that only a result counts from now on
   */
  record Again(boolean maybeDone) implements Fate {}

  /** What has come of each of so many requests that went together. */
  static List<Fate> fates(Outcome<Reply> all, int count) {
    if (all instanceof Outcome.Ok<Reply> ok
        && ok.value().content() instanceof Together together
        && together.answers().size() == count) {
      return together.answers().stream().map(Bundles::fate).toList();
    }
    return Collections.nCopies(count, same(all, count));
  }

  private static Fate same(Outcome<Reply> all, int count) {
    if (all instanceof Outcome.Ok<Reply>) {
      // An answer among them is of a later version. Repeating the others does no harm.
      return count > 1
          ? new Again(true)
          : new Settled(new Outcome.Unknown<>("the answer is none that is known here"));
    }
    if (all instanceof Outcome.Rejected<Reply> rejected && rejected.code().equals(Several.UNREAD)) {
      return count > 1
          ? new Again(false)
          : new Settled(new Outcome.Rejected<>(UNKNOWN_REQUEST, rejected.detail()));
    }
    return new Settled(all);
  }

  private static Fate fate(Answered answer) {
    if (answer.content().isPresent()) {
      return new Settled(new Outcome.Ok<>(new Reply(answer.content().get())));
    }
    return switch (answer.refusal()) {
      case "" -> new Settled(new Outcome.Unknown<>(answer.detail()));
      case Answered.ALONE -> new Again(true);
      default -> new Settled(new Outcome.Rejected<>(answer.refusal(), answer.detail()));
    };
  }

  /**
   * The outcome of a request that may have been carried out before, when its answer could not be
   * read: a change that is refused now may have been made then.
   */
  static Outcome<Reply> second(StorageMessage request, Outcome<Reply> outcome) {
    boolean known =
        outcome instanceof Outcome.Ok<Reply> ok
            && ok.value().content() instanceof Applied applied
            && !(applied.result() instanceof TooLate);
    return known || !(request instanceof Write)
        ? outcome
        : new Outcome.Unknown<>("the first answer could not be read; the second: " + outcome);
  }
}
