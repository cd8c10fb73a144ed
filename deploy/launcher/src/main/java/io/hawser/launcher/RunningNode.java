package io.hawser.launcher;

import io.hawser.model.Event.NodeDraining;
import io.hawser.node.NodeSettings;
import io.hawser.node.Readiness;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node that has started, and how it stops without failing a request. It says that it is about to
 * (not ready any more, {@link NodeDraining}, answers that close their connections), so that its
 * duties fall to others; ends the services that have no clients; goes on to serve for {@code
 * node.drain-ms}, in which clients and other nodes learn of it; lets the servers finish; and leaves
 * the cluster.
 */
final class RunningNode {
  /** The key of the node itself among the roles of {@link Readiness}. */
  static final String NODE = "node";

  private static final Logger log = LoggerFactory.getLogger(RunningNode.class);

  private static final long UNDEPLOY_SECONDS = 20;

  /** Above what a server waits for its last answers. */
  private static final long SERVERS_SECONDS = 100;

  private static final long CLOSE_SECONDS = 30;

  /**
   * The verticles of a node.
   *
   * @param duties those without clients, in the order in which they were deployed
   * @param servers those with clients: each list ends last to first, the lists side by side
   */
  record Deployed(List<String> duties, List<List<String>> servers) {
    Deployed {
      duties = List.copyOf(duties);
      servers = List.copyOf(servers);
    }
  }

  private final ServiceContext services;
  private final Deployed deployed;
  private final NodeFiles files;

  RunningNode(ServiceContext services, Deployed deployed, NodeFiles files) {
    this.services = services;
    this.deployed = deployed;
    this.files = files;
  }

  ServiceContext services() {
    return services;
  }

  /** Stops the node. Blocks until it has stopped; for a few seconds where nothing hangs. */
  void stop() {
    String id = services.members().self().id().value();
    log.info("node stopping node={}", id);
    services.readiness().drain();
    services.readiness().waiting(NODE, "draining");
    services.events().publish(new NodeDraining(id));
    for (String deployment : deployed.duties().reversed()) {
      await("undeploy", services.vertx().undeploy(deployment), UNDEPLOY_SECONDS);
    }
    long drainMs = services.settings().get(NodeSettings.DRAIN_MS);
    await("settle", after(drainMs), UNDEPLOY_SECONDS + TimeUnit.MILLISECONDS.toSeconds(drainMs));
    log.info("node closes its servers node={}", id);
    List<Future<?>> ended = new ArrayList<>();
    deployed.servers().forEach(server -> ended.add(undeploy(server.reversed())));
    await("end the servers", Future.join(ended), SERVERS_SECONDS);
    await("leave", services.vertx().close(), CLOSE_SECONDS);
    files.close();
    log.info("node stopped node={}", id);
  }

  private Future<?> after(long ms) {
    Promise<Void> promise = Promise.promise();
    long unused = services.vertx().setTimer(Math.max(1, ms), timer -> promise.complete());
    return promise.future();
  }

  private Future<Void> undeploy(List<String> deployments) {
    Future<Void> all = Future.succeededFuture();
    for (String deployment : deployments) {
      all = all.eventually(() -> services.vertx().undeploy(deployment));
    }
    return all;
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
