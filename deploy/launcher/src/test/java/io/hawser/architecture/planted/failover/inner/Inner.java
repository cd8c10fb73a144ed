package io.hawser.architecture.planted.failover.inner;

import io.hawser.architecture.planted.failover.Outer;

/** The other half of a cycle. */
public record Inner(Outer outer) {}
