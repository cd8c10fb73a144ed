package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Endpoints;
import io.hawser.service.ServiceContext;

/** Who answers the operations of the store. */
public final class StorageRoutes {
  private final ServiceContext context;
  private final StorageClient client;

  private StorageRoutes(ServiceContext context, StorageClient client) {
    this.context = context;
    this.client = client;
  }

  /** With the node's client of the store. */
  public static StorageRoutes of(ServiceContext context) {
    return new StorageRoutes(context, context.hardState().store().storage());
  }

  public void addTo(Endpoints endpoints) {
    KeyWaits waits = new KeyWaits(context.vertx(), client, context.meters());
    new KeyRoutes(client, waits).addTo(endpoints);
    new KeyLists(client, waits).addTo(endpoints);
    new TransactionRoutes(client).addTo(endpoints);
    new KeyWatches(context.vertx(), client).addTo(endpoints);
    new LeaseRoutes(client).addTo(endpoints);
    new NodeRoutes(client).addTo(endpoints);
    new RosterRoutes(context, client).addTo(endpoints);
  }
}
