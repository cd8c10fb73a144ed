package io.hawser.failover.core;

/**
 * How long and how often things are tried. Times in milliseconds.
 *
 * @param activationTimeoutMs until a candidate has to serve
 * @param candidates how many are tried in one incident
 * @param recoveryAttempts how often the failed instance is started again
 * @param recoveryBackoffMs times the attempt's number: the wait after a missed attempt
 * @param recoveryVerifyMs until the instance has to pass after the driver has done its part
 * @param probationMs for how long it has to pass until it counts as brought back
 * @param perMinute how many failovers of all services may begin within a minute
 */
public record Limits(
    long activationTimeoutMs,
    int candidates,
    int recoveryAttempts,
    long recoveryBackoffMs,
    long recoveryVerifyMs,
    long probationMs,
    int perMinute) {
  /** How many candidates one incident tries. */
  public static final int CANDIDATES = 3;
}
