package io.hawser.architecture.planted.failover;

import io.hawser.architecture.planted.failover.inner.Inner;

/** Half of a cycle. */
public record Outer(Inner inner) {}
