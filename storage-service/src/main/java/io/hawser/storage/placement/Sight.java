package io.hawser.storage.placement;

import io.hawser.model.RosterMessage.Presence;

/**
 * What was last heard of a node.
 *
 * @param sinceNs from when on it was heard without a long silence
 * @param lastNs when it was last heard
 */
public record Sight(Presence presence, long sinceNs, long lastNs) {}
