package io.hawser.storage.operate;

import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Answered;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageMessage.Together;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.storage.core.Reads.AttachedLease;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Which of the leases that keys live with are over, by the leader of {@code meta}. */
final class Judgement {
  private Judgement() {}

  /** Whether keys of this epoch live on. */
  static boolean held(Optional<LeaseState> now, AttachedLease lease) {
    return now.filter(l -> l.epoch() <= lease.epoch()).isPresent();
  }

  /**
   * Those of the leases that are over. One of which the leader does not tell is none of them.
   *
   * @param leader asks it for all of them in one message
   */
  static Future<List<AttachedLease>> over(
      List<AttachedLease> leases, Function<List<StorageMessage>, Future<Content>> leader) {
    if (leases.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    List<StorageMessage> questions =
        leases.stream().<StorageMessage>map(lease -> new GetLease(lease.lease())).toList();
    return leader
        .apply(questions)
        .map(
            content ->
                content instanceof Together told && told.answers().size() == leases.size()
                    ? over(leases, told.answers())
                    : List.of());
  }

  private static List<AttachedLease> over(List<AttachedLease> leases, List<Answered> answers) {
    List<AttachedLease> over = new ArrayList<>();
    for (int i = 0; i < leases.size(); i++) {
      if (answers.get(i).content().orElse(null) instanceof LeaseFound found
          && !held(found.lease(), leases.get(i))) {
        over.add(leases.get(i));
      }
    }
    return over;
  }
}
