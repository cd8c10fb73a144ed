package io.hawser.architecture.planted.monitor;

/** Breaks no rule. */
public record Shell(String name) {}
