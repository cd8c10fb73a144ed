package io.hawser.storage.group;

import io.hawser.bus.WireFormat;
import io.hawser.model.NodeId;
import io.hawser.node.Time;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.rocks.RocksMemory;
import io.vertx.core.Context;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * What the groups of a node share.
 *
 * @param context of all the hosts
 * @param directory each group has one of its own in it
 * @param room of a group with these voters: the least that any of them has
 * @param level the highest {@link io.hawser.model.StorageOp} level that all of these nodes apply
 */
public record Household(
    Context context,
    NodeId self,
    Supplier<String> cluster,
    Path directory,
    LogEngine engine,
    RocksMemory memory,
    WireFormat format,
    Time time,
    Function<Set<NodeId>, Room> room,
    ToIntFunction<Set<NodeId>> level) {}
