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

/** Connects the failover manager to the catalog, to events, to membership and to the clock. */
final class FailoverManagerVerticle extends VerticleBase {
  /** Changes that come closer together than this are looked at once. */
  private static final long GATHER_MS = 10;

  private final ServiceContext node;
  private final FailoverRecords records;
  private final Set<String> dirty = new HashSet<>();

  FailoverManagerVerticle(ServiceContext node) {
    this.node = node;
    this.records = new FailoverRecords(node.catalog());
  }

  @Override
  public Future<?> start() {
    FailoverManager manager = new FailoverManager(node, records, drivers());
    node.catalog().onChange(entries -> records.changed(entries).forEach(s -> wake(manager, s)));
    records.load();
    node.members().onChange(() -> context.runOnContext(v -> manager.reconcileAll()));
    vertx.setPeriodic(
        node.settings().get(FailoverSettings.RECONCILE_MS), id -> manager.reconcileAll());
    return node.events()
        .subscribe(event -> onEvent(manager, event))
        .onSuccess(v -> node.readiness().ready(FailoverModule.ROLE));
  }

  private Drivers drivers() {
    ProcessDriver process =
        new ProcessDriver(new ProcessClient(node.bus()), node.catalog(), node.members());
    WebhookDriver webhook =
        new WebhookDriver(vertx, Hook.read(node.settings().under(FailoverSettings.HOOKS)));
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
