package io.hawser.architecture.planted.model;

import io.hawser.architecture.planted.bus.Wire;

/** Looks up from the model to the bus. */
record UsesBus(Wire wire) {}
