package io.hawser.storage;

import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Await;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.Get;
import io.hawser.model.StorageMessage.GetLease;
import io.hawser.model.StorageMessage.ListKeys;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Renew;
import io.hawser.model.StorageMessage.Write;
import io.hawser.storage.group.Answers;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.operate.Operations;
import io.vertx.core.Future;

/** Takes each request to the replica that it is about. */
final class Desk {
  private Desk() {}

  static Future<Content> answer(StorageMessage request, Replicas replicas, Operations operations) {
    if (request instanceof Operate operate) {
      return operations.answer(operate);
    }
    return replicas
        .host(group(request))
        .map(host -> host.handle(request))
        .orElseGet(() -> Future.succeededFuture(Answers.notHere()));
  }

  private static String group(StorageMessage request) {
    return switch (request) {
      case Write write -> write.group();
      case Get get -> get.group();
      case ListKeys list -> list.group();
      case Await await -> await.group();
      case GetLease ignored -> StorageMessage.META;
      case Renew ignored -> StorageMessage.META;
      default -> "";
    };
  }
}
