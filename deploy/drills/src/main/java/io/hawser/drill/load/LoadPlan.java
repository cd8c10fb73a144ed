package io.hawser.drill.load;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.LongFunction;

/**
 * What an open-loop load sends.
 *
 * @param targets asked in turn
 * @param request the bytes of the request with this number, from 0
 * @param perSecond how many start in a second
 * @param limit after which no more start
 * @param maxCount after how many no more start
 * @param others whether a target that refuses the connection, or closes a kept-alive one without
 *     any answer, sends the request to the next: what a client with a list of gateways does. Only
 *     for requests that may be repeated.
 */
public record LoadPlan(
    List<InetSocketAddress> targets,
    LongFunction<byte[]> request,
    int perSecond,
    Duration limit,
    long maxCount,
    boolean others) {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final long MOST = 5_000_000;

  public LoadPlan {
    targets = List.copyOf(targets);
    if (targets.isEmpty() || perSecond < 1) {
      throw new IllegalArgumentException("a load needs a target and a rate");
    }
    limit = limit.compareTo(LONGEST) > 0 ? LONGEST : limit;
    maxCount = Math.min(maxCount, MOST);
  }

  /** GETs of one path, with the longest limits there are. */
  public static LoadPlan gets(
      List<InetSocketAddress> targets, String path, int perSecond, boolean others) {
    byte[] request =
        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n\r\n")
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return new LoadPlan(targets, i -> request, perSecond, LONGEST, MOST, others);
  }
}
