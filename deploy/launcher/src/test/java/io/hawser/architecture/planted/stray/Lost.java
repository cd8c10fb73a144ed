package io.hawser.architecture.planted.stray;

/** In a part that nobody knows. */
record Lost(String name) {}
