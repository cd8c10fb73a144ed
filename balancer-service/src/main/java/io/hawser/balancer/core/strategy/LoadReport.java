package io.hawser.balancer.core.strategy;

/**
 * An instance's own account of its load.
 *
 * @param cpu fraction 0 to 1
 * @param memory fraction 0 to 1
 * @param receivedNs when this node received it
 */
public record LoadReport(double cpu, double memory, double responseTimeMs, long receivedNs) {}
