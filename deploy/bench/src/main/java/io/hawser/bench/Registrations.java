package io.hawser.bench;

import io.hawser.bench.process.ProcessFigures;
import io.hawser.bench.storage.StoreLoad;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.LongFunction;

/** Registers many instances at one node, some at the same time, as fast as it takes them. */
final class Registrations {
  private static final int CONNECTIONS = 32;
  private static final double NS_PER_MS = 1e6;

  private Registrations() {}

  /**
   * @param path of the instance with this number
   * @param pid of the node
   */
  static void make(
      InetSocketAddress api,
      int count,
      IntFunction<String> path,
      JsonObject instance,
      long pid,
      Journal journal) {
    make(api, count, number -> request(path.apply((int) number), instance), pid, journal);
  }

  /**
   * @param requests that with this number
   * @param pid of the node
   */
  static void make(
      InetSocketAddress api, int count, LongFunction<byte[]> requests, long pid, Journal journal) {
    long cpuNs = ProcessFigures.cpuNs(pid);
    try (StoreLoad load = new StoreLoad(List.of(api), Math.min(CONNECTIONS, count), requests)) {
      StoreLoad.Measured made = load.counted(count);
      if (made.failed() > 0) {
        throw failure(made.failed() + " of " + count + " registrations failed");
      }
      journal.note(count + " instances are registered");
      journal.figure("registrationsPerSecond", Math.round(made.perSecond()));
      journal.figure(
          "registrationMs",
          new JsonObject()
              .put("p50", made.latenciesNs().getValueAtPercentile(50) / NS_PER_MS)
              .put("p99", made.latenciesNs().getValueAtPercentile(99) / NS_PER_MS)
              .put("max", made.latenciesNs().getMaxValue() / NS_PER_MS));
      journal.figure(
          "cpuMicrosPerRegistration", (ProcessFigures.cpuNs(pid) - cpuNs) / 1_000 / count);
    } catch (IOException e) {
      throw failure("instances cannot be registered: " + e.getMessage());
    }
  }

  private static CliFailure failure(String what) {
    return new CliFailure(ExitCode.FAILURE, what, "", "see the node's log");
  }

  static byte[] request(String path, JsonObject instance) {
    String body = instance.encode();
    return ("PUT "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }
}
