package io.hawser.examples.echo;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the echo service is told on its command line.
 *
 * @param gateways where registrations are taken, in the order to try them; none means: do not
 *     register
 * @param ttlMs the longest gap between beats before the registry calls this instance down
 * @param delayMs how long each answer is held back, to play a slow backend
 */
record Flags(
    String service,
    String id,
    String host,
    int port,
    List<URI> gateways,
    long ttlMs,
    long beatMs,
    long delayMs) {
  static final String USAGE =
      "usage: echo-service --service S --id ID --host H --port P --api URL[,URL...]"
          + " [--ttl-ms 3000] [--beat-ms 1000] [--delay-ms 0]";

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "--service", "echo",
          "--id", "echo-1",
          "--host", "127.0.0.1",
          "--port", "0",
          "--api", "",
          "--ttl-ms", "3000",
          "--beat-ms", "1000",
          "--delay-ms", "0");

  Flags {
    gateways = List.copyOf(gateways);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying which flag is wrong
   */
  static Flags parse(String... args) {
    Map<String, String> values = new TreeMap<>(DEFAULTS);
    for (int i = 0; i < args.length; i += 2) {
      if (!DEFAULTS.containsKey(args[i])) {
        throw new IllegalArgumentException(
            "unknown flag " + args[i] + ", known are " + new TreeSet<>(DEFAULTS.keySet()));
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      values.put(args[i], args[i + 1]);
    }
    return new Flags(
        text(values, "--service"),
        text(values, "--id"),
        text(values, "--host"),
        (int) number(values, "--port", 65_535),
        uris(text(values, "--api")),
        number(values, "--ttl-ms", Integer.MAX_VALUE),
        Math.max(1, number(values, "--beat-ms", Integer.MAX_VALUE)),
        number(values, "--delay-ms", 60_000));
  }

  private static String text(Map<String, String> values, String flag) {
    return values.getOrDefault(flag, "");
  }

  private static long number(Map<String, String> values, String flag, long max) {
    String text = text(values, flag);
    try {
      long value = Long.parseLong(text);
      if (value >= 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(flag + " must be a number, got '" + text + "'", e);
    }
    throw new IllegalArgumentException(flag + " must be 0 to " + max + ", got " + text);
  }

  private static List<URI> uris(String text) {
    List<URI> all = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (!part.isBlank()) {
        all.add(URI.create(part.strip().replaceAll("/+$", "")));
      }
    }
    return all;
  }
}
