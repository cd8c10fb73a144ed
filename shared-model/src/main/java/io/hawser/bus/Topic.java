package io.hawser.bus;

import io.hawser.model.HawserMessage;

/**
 * Where messages of one type are published: each subscriber on each node gets each of them, at most
 * once.
 */
public record Topic<M extends HawserMessage>(String address, Class<M> type) {}
