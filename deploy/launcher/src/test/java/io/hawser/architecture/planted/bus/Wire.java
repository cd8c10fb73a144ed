package io.hawser.architecture.planted.bus;

import io.vertx.core.eventbus.EventBus;

/** Breaks no rule: the bus may use the event bus. */
public record Wire(EventBus eventBus) {}
