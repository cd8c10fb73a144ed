package io.hawser.failover;

import io.hawser.bus.Addresses;
import io.hawser.bus.client.ProcessClient;
import io.hawser.bus.client.RegistryClient;
import io.hawser.failover.driver.Drivers;
import io.hawser.failover.driver.ExecDriver;
import io.hawser.failover.driver.Homes;
import io.hawser.failover.driver.Hook;
import io.hawser.failover.driver.ProcessDriver;
import io.hawser.failover.driver.WebhookDriver;
import io.hawser.failover.process.Template;
import io.hawser.model.Event;
import io.hawser.model.NodeId;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Connects the failover manager to the lease, to the catalog, to events, to operators and to the
 * clock.
 */
final class FailoverManagerVerticle extends VerticleBase {
  /** Changes that come closer together than this are looked at once. */
  private static final long GATHER_MS = 10;

  private final ServiceContext node;
  private final FailoverRecords records;
  private final ManagerStore store;
  private final Map<String, Hook> hooks;
  private final Map<String, Template> commands;
  private final Homes homes;
  private final Set<String> dirty = new HashSet<>();

  private @Nullable FailoverManager manager;

  FailoverManagerVerticle(
      ServiceContext node,
      ManagerStore store,
      Map<String, Hook> hooks,
      Map<String, Template> commands) {
    this.commands = Map.copyOf(commands);
    this.node = node;
    this.store = store;
    this.homes = new Homes(node.catalog(), node.members());
    this.records = new FailoverRecords(node.catalog(), homes);
    this.hooks = Map.copyOf(hooks);
  }

  @Override
  public Future<?> start() {
    FailoverManager started =
        new FailoverManager(
            node,
            records,
            new Commits(store, records.book(), node.meters()),
            new Calls(
                drivers(), new RegistryClient(node.bus(), node.members(), node.catalog()), store),
            store);
    manager = started;
    node.catalog().onChange(entries -> records.changed(entries).forEach(s -> wake(started, s)));
    records.load();
    vertx.setPeriodic(node.settings().get(FailoverSettings.RECONCILE_MS), id -> started.tick());
    NodeId self = node.members().self().id();
    Orders orders = new Orders(self, node.time(), started, records);
    return node.events()
        .subscribe(event -> onEvent(started, event))
        .compose(s -> node.bus().serve(Addresses.FAILOVER_OPERATE, self, orders::operate))
        .compose(s -> node.bus().serve(Addresses.FAILOVER_OUTLOOK, self, orders::outlook))
        .onSuccess(
            v -> {
              store.start(() -> context.runOnContext(turned -> started.turned()));
              node.readiness().ready(FailoverModule.ROLE);
            });
  }

  /** The catalog goes on to call: what it finds is a manager that does nothing. */
  @Override
  public Future<?> stop() {
    if (manager != null) {
      manager.stop();
    }
    return store.close();
  }

  private Drivers drivers() {
    ProcessDriver process = new ProcessDriver(new ProcessClient(node.bus()), homes);
    WebhookDriver webhook = new WebhookDriver(vertx, hooks);
    ExecDriver exec = new ExecDriver(commands, node.members().self().apiUrl());
    return new Drivers(
        Map.of(ProcessDriver.NAME, process, WebhookDriver.NAME, webhook, ExecDriver.NAME, exec));
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
            manager.changed(services);
          });
    }
    dirty.add(service);
  }
}
