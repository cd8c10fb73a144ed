package io.hawser.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the system says of a process. */
public final class ProcessFigures {
  private static final long LIMIT_SECONDS = 60;

  private ProcessFigures() {}

  /** The processor time of a process so far: its own /proc on Linux. */
  public static long cpuNs(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(p -> p.info().totalCpuDuration())
        .map(Duration::toNanos)
        .orElse(0L);
  }

  public static double percent(long cpuNs, long wallNs) {
    return Math.round(1000.0 * cpuNs / wallNs) / 10.0;
  }

  /** The resident memory; 0 where /proc does not tell. */
  public static long rssMiB(long pid) {
    try (var lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(Long::parseLong)
          .map(kib -> kib / 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * The bytes of the live objects of a JVM, after a collection, whose classes start so; 0 without
   * {@code jcmd}.
   *
   * @param prefix empty: of all
   */
  public static long liveBytes(long pid, String prefix) {
    long bytes = 0;
    for (String line : histogram(pid)) {
      // num: #instances #bytes class
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length >= 4 && fields[0].endsWith(":") && fields[3].startsWith(prefix)) {
        bytes += Long.parseLong(fields[2]);
      }
    }
    return bytes;
  }

  /** How many files and sockets it has open; 0 where /proc does not tell. */
  public static int openFiles(long pid) {
    try (var files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return (int) files.count();
    } catch (IOException e) {
      return 0;
    }
  }

  private static List<String> histogram(long pid) {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      Path output = Files.createTempFile("histogram", ".txt");
      try {
        Process process =
            new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        return ended ? Files.readAllLines(output) : List.of();
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
