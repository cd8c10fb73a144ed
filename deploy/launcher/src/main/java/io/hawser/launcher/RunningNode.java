package io.hawser.launcher;

import io.hawser.model.Event.NodeDraining;
import io.hawser.node.Readiness;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that has started, and how it stops: it tells the others, ends its services last to first,
 * and leaves the cluster.
 */
final class RunningNode {
  private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

  /** The key of the node itself among the roles of {@link Readiness}. */
  static final String NODE = "node";

  private static final long UNDEPLOY_SECONDS = 20;
  private static final long CLOSE_SECONDS = 30;

  private final ServiceContext services;
  private final List<String> deployments;
  private final NodeFiles files;

  /**
   * @param deployments in the order in which they were deployed
   */
  RunningNode(ServiceContext services, List<String> deployments, NodeFiles files) {
    this.services = services;
    this.deployments = List.copyOf(deployments);
    this.files = files;
  }

  ServiceContext services() {
    return services;
  }

  /** Stops the node. Blocks until it has stopped, or for less than a minute. */
  void stop() {
    String id = services.members().self().id().value();
    log.info("node stopping node={}", id);
    services.readiness().waiting(NODE, "draining");
    services.events().publish(new NodeDraining(id));
    for (String deployment : deployments.reversed()) {
      await("undeploy", services.vertx().undeploy(deployment), UNDEPLOY_SECONDS);
    }
    await("leave", services.vertx().close(), CLOSE_SECONDS);
    files.close();
    log.info("node stopped node={}", id);
  }

  /** Waits for a step of a stop, and goes on without it when it fails or takes too long. */
  static void await(String what, Future<?> future, long seconds) {
    try {
      Object unused =
          future.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("stop step failed step={} cause={}", what, e.toString());
    }
  }
}
