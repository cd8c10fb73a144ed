package io.hawser.architecture.planted.balancer;

import io.vertx.core.VerticleBase;

/** Breaks no rule. */
final class ProperVerticle extends VerticleBase {}
