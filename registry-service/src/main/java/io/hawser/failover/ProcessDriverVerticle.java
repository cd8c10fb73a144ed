package io.hawser.failover;

import io.hawser.bus.Addresses;
import io.hawser.failover.process.Mandate;
import io.hawser.failover.process.ProcessTable;
import io.hawser.failover.process.RunEntry;
import io.hawser.failover.process.Template;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects this node's children to the bus and to the node's start and stop. The node is ready
 * before its processes run: they may have to wait for the store, and it for this node.
 */
final class ProcessDriverVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(ProcessDriverVerticle.class);

  private final ServiceContext node;
  private final Map<String, Template> templates;
  private final List<RunEntry> entries;
  private final Mandate mandate;
  private @Nullable ProcessTable table;

  ProcessDriverVerticle(
      ServiceContext node,
      Map<String, Template> templates,
      List<RunEntry> entries,
      Mandate mandate) {
    this.node = node;
    this.mandate = mandate;
    this.templates = templates;
    this.entries = entries;
  }

  @Override
  public Future<?> start() {
    // For so long a manager waits for one that it started; its next call means that it hangs.
    long youngMs = node.settings().get(FailoverSettings.RECOVERY_VERIFY_MS);
    ProcessTable started = new ProcessTable(node, templates, mandate, youngMs);
    table = started;
    return started
        .adopt()
        .compose(
            v ->
                node.bus()
                    .serve(Addresses.ENSURE_PROCESS, node.members().self().id(), started::ensure))
        .onSuccess(
            s -> started.runAll(entries).onFailure(e -> log.error("processes not started", e)));
  }

  @Override
  public Future<?> stop() {
    if (table == null) {
      return Future.succeededFuture();
    }
    return node.settings().get(FailoverSettings.STOP_CHILDREN) ? table.stopAll() : table.drain();
  }
}
