package io.hawser.failover;

import io.hawser.bus.client.ProcessClient;
import io.hawser.failover.driver.Drivers;
import io.hawser.failover.driver.Hook;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.failover.driver.WebhookDriver;
import io.hawser.model.Event;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Connects the failover manager to the catalog, to events, to membership and to the clock. */
final class FailoverManagerVerticle extends VerticleBase {
  /** Changes that come closer together than this are looked at once. */
  private static final long GATHER_MS = 10;

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Map<String, Hook> hooks;
  private final Set<String> dirty = new HashSet<>();

  private @Nullable FailoverManager manager;

  FailoverManagerVerticle(ServiceContext node, Map<String, Hook> hooks) {
    this.node = node;
    this.records = new FailoverRecords(node.catalog());
    this.hooks = Map.copyOf(hooks);
  }

  @Override
  public Future<?> start() {
    FailoverManager started = new FailoverManager(node, records, drivers());
    manager = started;
    node.catalog()
        .onChange(
            entries -> {
              started.changed(entries);
              records.changed(entries).forEach(s -> wake(started, s));
            });
    records.load();
    node.members().onChange(() -> context.runOnContext(v -> started.reconcileAll()));
    vertx.setPeriodic(
        node.settings().get(FailoverSettings.RECONCILE_MS), id -> started.reconcileAll());
    return node.events()
        .subscribe(event -> onEvent(started, event))
        .onSuccess(v -> node.readiness().ready(FailoverModule.ROLE));
  }

  /**
   * The catalog and the membership go on to call: what they find is a manager that does nothing.
   */
  @Override
  public Future<?> stop() {
    if (manager != null) {
      manager.stop();
    }
    return Future.succeededFuture();
  }

  private Drivers drivers() {
    ProcessDriver process =
        new ProcessDriver(new ProcessClient(node.bus()), node.catalog(), node.members());
    WebhookDriver webhook = new WebhookDriver(vertx, hooks);
    return new Drivers(Map.of(ProcessDriver.NAME, process, WebhookDriver.NAME, webhook));
  }

  private void onEvent(FailoverManager manager, Event event) {
    if (event.body() instanceof Event.InstanceFailed
        || event.body() instanceof Event.InstanceRecovered) {
      wake(manager, event.body().service());
    }
  }

  private void wake(FailoverManager manager, String service) {
    if (dirty.isEmpty()) {
      vertx.setTimer(
          GATHER_MS,
          id -> {
            Set<String> services = Set.copyOf(dirty);
            dirty.clear();
            services.forEach(manager::reconcile);
          });
    }
    dirty.add(service);
  }
}
