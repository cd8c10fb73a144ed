package io.hawser.storage.log;

import io.vertx.core.buffer.Buffer;

/**
 * An entry that a majority has on disk: it will never change nor move.
 *
 * @param index its place in the group's log; rising, with gaps where the engine keeps entries of
 *     its own
 * @param term the term of the leader that proposed it
 * @param bytes as proposed; only to be read
 */
public record Committed(long index, long term, Buffer bytes) {}
