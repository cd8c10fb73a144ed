package io.hawser.storage.placement;

import io.hawser.model.NodeId;

/**
 * A node that may hold a replica.
 *
 * @param capacityBytes its weight: of two nodes, the one with twice the capacity gets twice as much
 */
record Candidate(NodeId id, String zone, long capacityBytes) {}
