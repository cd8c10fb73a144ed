package io.hawser.service;

import io.hawser.bus.Bus;
import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.Events;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.node.Members;
import io.hawser.node.Meters;
import io.hawser.node.Readiness;
import io.hawser.node.Settings;
import io.hawser.node.Time;
import io.vertx.core.Vertx;
import java.nio.file.Path;

/**
 * What a node gives to its services.
 *
 * @param hardState what the store keeps, which the catalog shows as well
 * @param dataDir exists, and is this node's alone
 */
public record ServiceContext(
    Vertx vertx,
    Bus bus,
    Members members,
    CatalogReplica catalog,
    HardStateReplica hardState,
    Events events,
    Settings settings,
    Meters meters,
    Readiness readiness,
    Time time,
    Path dataDir) {}
