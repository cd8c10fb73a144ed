package io.hawser.bus.client.core;

import java.util.concurrent.TimeUnit;

/**
 * How long to try.
 *
 * @param totalNs until the end
 * @param attemptNs until another node is tried as well
 */
public record Patience(long totalNs, long attemptNs) {
  public static Patience ofMs(long totalMs, long attemptMs) {
    return new Patience(
        TimeUnit.MILLISECONDS.toNanos(totalMs), TimeUnit.MILLISECONDS.toNanos(attemptMs));
  }
}
