package io.hawser.storage.placement;

/**
 * What the planner may do.
 *
 * @param replicas of each group, when there are as many nodes: odd
 * @param seenNs a node that was silent for longer is not counted on
 * @param replaceNs a node that was silent for longer loses its replicas to others; 0 for never
 * @param settleNs how long a node must be there before it is given a group to lead
 * @param roomPercent of its capacity, from which on a node gets no new replica
 */
public record Limits(int replicas, long seenNs, long replaceNs, long settleNs, int roomPercent) {}
