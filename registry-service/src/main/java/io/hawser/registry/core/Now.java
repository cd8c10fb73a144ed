package io.hawser.registry.core;

/**
 * One reading of both hands of the clock.
 *
 * @param ns for deadlines: compared by difference only
 * @param wallMs milliseconds since 1970: for people, and for expiry dates that people set
 */
public record Now(long ns, long wallMs) {}
