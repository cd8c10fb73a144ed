package io.hawser.bus;

import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;

/**
 * A request that a named node answers.
 *
 * @param prefix the address without the node
 */
public record Call<Q extends HawserMessage, R extends HawserMessage>(
    String prefix, Class<Q> request, Class<R> reply) {
  String address(NodeId node) {
    return prefix + "." + node.value();
  }
}
