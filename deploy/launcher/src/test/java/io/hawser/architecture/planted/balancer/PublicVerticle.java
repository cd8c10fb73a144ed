package io.hawser.architecture.planted.balancer;

import io.vertx.core.VerticleBase;

/** A verticle for all the world. */
public final class PublicVerticle extends VerticleBase {}
