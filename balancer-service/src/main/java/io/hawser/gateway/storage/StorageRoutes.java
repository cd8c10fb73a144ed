package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Endpoints;
import io.hawser.service.ServiceContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who answers the operations of the store. */
public final class StorageRoutes {
  private static final Logger log = LoggerFactory.getLogger(StorageRoutes.class);

  private final ServiceContext context;
  private final StorageClient client;

  private StorageRoutes(ServiceContext context, StorageClient client) {
    this.context = context;
    this.client = client;
  }

  /** With a client of their own. */
  public static StorageRoutes of(ServiceContext context) {
    StorageClient client =
        new StorageClient(context.vertx(), context.bus(), context.members(), context.time());
    client.start().onFailure(e -> log.error("leaders of the store are not listened to", e));
    return new StorageRoutes(context, client);
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
