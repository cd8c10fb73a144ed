package io.hawser.architecture.planted.balancer;

import io.vertx.core.VerticleBase;

/** A verticle that does not say so. */
final class Worker extends VerticleBase {}
