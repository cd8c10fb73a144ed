package io.hawser.storage.jraft;

import io.hawser.node.Meters;
import io.hawser.storage.transport.TransportConfig;
import java.nio.file.Path;

/**
 * How a node's engine is made.
 *
 * @param library where RocksDB's native library is unpacked to; writable for this user only
 */
public record EngineConfig(
    TransportConfig transport, Path library, Meters meters, LogTuning tuning) {}
