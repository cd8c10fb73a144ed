package io.hawser.bus.client;

import io.hawser.bus.Addresses;
import io.hawser.bus.Bus;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.NodeId;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.time.Duration;

/** Calls the process driver of a node. Thread-safe. */
public final class ProcessClient {
  /** The role of the nodes that have drivers. */
  public static final String ROLE = "failover";

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Bus bus;

  public ProcessClient(Bus bus) {
    this.bus = bus;
  }

  /**
   * Has the node run the process of an instance. May be repeated: a child that runs is left alone.
   *
   * @return refused with {@code no-template} when the node's configuration has none of that name
   */
  public Future<Outcome<ProcessRunning>> ensure(NodeId node, EnsureProcess request) {
    return bus.request(Addresses.ENSURE_PROCESS, node, request, TIMEOUT);
  }
}
