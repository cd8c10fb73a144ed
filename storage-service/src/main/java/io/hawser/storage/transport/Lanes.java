package io.hawser.storage.transport;

import com.alipay.sofa.jraft.NodeManager;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.rpc.RpcRequests.AppendEntriesRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/**
 * The threads that handle the entries of a connection: one for each group, since they have to be
 * handled in their order. JRaft has such threads of its own, and they are not used: a task that
 * comes just when its thread goes to sleep may wait there for a second, or until another one comes;
 * and to find one takes a lock that is held while others are stopped, which an event loop must not
 * wait for. Owned by the server's event loop. What waits here is bounded by the connection's {@link
 * Intake}.
 */
final class Lanes {
  private final String name;
  private final Map<String, ExecutorService> lanes = new HashMap<>();

  /**
   * @param name of the threads
   */
  Lanes(String name) {
    this.name = name;
  }

  /** Where a request is handled; empty when there is no replica here that it could be for. */
  Optional<Executor> of(AppendEntriesRequest request) {
    PeerId replica = new PeerId();
    boolean here =
        replica.parse(request.getPeerId())
            && NodeManager.getInstance().get(request.getGroupId(), replica) != null;
    return here
        ? Optional.of(
            lanes.computeIfAbsent(
                request.getGroupId(), group -> Workers.single(name + "/" + group)))
        : Optional.empty();
  }

  /** Ends the threads when they have done what waits. Does not wait for them. */
  void close() {
    lanes.values().forEach(ExecutorService::shutdown);
  }
}
