package io.hawser.bus.client.storage;

import io.hawser.catalog.Refused;
import io.hawser.model.Outcome;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Answered;
import io.hawser.model.StorageMessage.Content;
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
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What goes together in a message, how that is answered, and what each then has as its outcome. */
public final class Bundles {
  private static final Logger log = LoggerFactory.getLogger(Bundles.class);

  /** A change with a larger value goes alone. */
  private static final int SMALL_BYTES = 4_096;

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
   * Answers each of the requests, unless they are meant for another cluster.
   *
   * @param cluster of the node; empty when it is in none yet
   * @param answer to one of them; fails, or throws, as a handler of the bus does
   */
  public static Future<Reply> answer(
      Several several, String cluster, Function<StorageMessage, Future<Content>> answer) {
    boolean meant =
        several.cluster().isEmpty() || cluster.isEmpty() || several.cluster().equals(cluster);
    List<Future<Answered>> answers = new ArrayList<>(several.requests().size());
    for (StorageMessage request : several.requests()) {
      answers.add(one(request, meant ? answer : Bundles::elsewhere));
    }
    return Future.join(answers).map(all -> new Reply(new Together(all.list())));
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

  /** The outcomes of so many requests that went together; empty when they have to be sent again. */
  static Optional<List<Outcome<Reply>>> outcomes(Outcome<Reply> all, int count) {
    if (all instanceof Outcome.Rejected<Reply> rejected
        && rejected.code().equals("unknown-request")) {
      return Optional.empty();
    }
    List<Outcome<Reply>> each = new ArrayList<>(count);
    if (all instanceof Outcome.Ok<Reply> ok
        && ok.value().content() instanceof Together together
        && together.answers().size() == count) {
      together.answers().forEach(answer -> each.add(outcome(answer)));
    } else {
      Outcome<Reply> same =
          all instanceof Outcome.Ok<Reply>
              ? new Outcome.Unknown<>("not as many answers as requests")
              : all;
      for (int i = 0; i < count; i++) {
        each.add(same);
      }
    }
    return Optional.of(each);
  }

  private static Outcome<Reply> outcome(Answered answer) {
    if (answer.content().isPresent()) {
      return new Outcome.Ok<>(new Reply(answer.content().get()));
    }
    return answer.refusal().isEmpty()
        ? new Outcome.Unknown<>(answer.detail())
        : new Outcome.Rejected<>(answer.refusal(), answer.detail());
  }
}
