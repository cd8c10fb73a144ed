package io.hawser.sim;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What must hold after every event.
 *
 * @param violation what is wrong now; empty when nothing is
 */
public record Invariant(String name, Supplier<Optional<String>> violation) {}
