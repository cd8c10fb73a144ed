package io.hawser.storage.group;

/**
 * How much a node's disk has left for it.
 *
 * @param full whether puts are refused
 */
public record Room(boolean full, long usedBytes, long capacityBytes) {}
