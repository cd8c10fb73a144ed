package io.hawser.bench.gateway;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One run of wrk, and what it says. Its percentiles have more samples than there were requests: for
 * each that took long it adds those that could have been sent meanwhile. It does not count a
 * connection that ends without an answer as a failure, nor what is under way at its end.
 */
final class Wrk {
  private static final String MARK = "HAWSER ";
  private static final String SCRIPT =
      """
      done = function(summary, latency, requests)
        local e = summary.errors
        io.write(string.format("HAWSER %d %d %d %d %d %d %d %d %d\\n", summary.requests,
          summary.duration, e.connect, e.read, e.write, e.status, e.timeout,
          latency:percentile(50), latency:percentile(99)))
        io.write(string.format("TAIL %d\\n", latency:percentile(99.9)))
      end
      """;

  /**
   * What came of it.
   *
   * @param failed connections that did not come about or broke, time-outs and answers that are none
   */
  record Result(long requests, long tookUs, long failed, long p50Us, long p99Us, long p999Us) {
    double perSecond() {
      return requests * 1e6 / Math.max(1, tookUs);
    }
  }

  private final Process process;

  private Wrk(Process process) {
    this.process = process;
  }

  static Wrk start(Path dir, String url, int connections, int seconds) {
    try {
      Path script = dir.resolve("figures.lua");
      Files.writeString(script, SCRIPT);
      ProcessBuilder builder =
          new ProcessBuilder(
              List.of(
                  "wrk",
                  "-t1",
                  "-c" + connections,
                  "-d" + seconds + "s",
                  "--timeout",
                  "10s",
                  "-s",
                  script.toString(),
                  url));
      return new Wrk(builder.redirectErrorStream(true).start());
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, "cannot start wrk", String.valueOf(e.getMessage()), "");
    }
  }

  /** Waits for its end. */
  Result result() {
    try {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int unused = process.waitFor();
      long[] n = numbers(text, MARK, 9);
      long[] tail = numbers(text, "TAIL ", 1);
      return new Result(n[0], n[1], n[2] + n[3] + n[4] + n[5] + n[6], n[7], n[8], tail[0]);
    } catch (IOException e) {
      throw new CliFailure(ExitCode.FAILURE, "wrk cannot be read", e.toString(), "");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliFailure(ExitCode.FAILURE, "interrupted", "", "");
    }
  }

  private static long[] numbers(String text, String mark, int count) {
    int at = text.indexOf(mark);
    if (at < 0) {
      throw new CliFailure(ExitCode.FAILURE, "wrk gave no figures", text, "");
    }
    String line = text.substring(at + mark.length()).lines().findFirst().orElse("");
    String[] words = line.strip().split(" ");
    long[] numbers = new long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Long.parseLong(words[i]);
    }
    return numbers;
  }
}
