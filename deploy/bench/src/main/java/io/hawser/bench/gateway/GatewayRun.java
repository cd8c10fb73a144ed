package io.hawser.bench.gateway;

import io.hawser.bench.gateway.Field.Proxy;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request costs, and how long it takes, through each of the proxies in turn. */
public final class GatewayRun {
  private static final double US_PER_TICK = 10_000;
  private static final Pattern ALLOCATED =
      Pattern.compile("\"hawser-proxy[^\n]* allocated=([0-9.]+)([KMG]?)");

  /**
   * How it is measured.
   *
   * @param seconds of each measurement
   * @param warmUp seconds of load on each before the first
   * @param most how many times the processor time of the better of the others a request through
   *     Hawser may take
   */
  public record Plan(
      int rounds, int seconds, int warmUp, int connections, double most, int firstPort) {}

  private record Sample(Wrk.Result wrk, double cpuUs, double allocated) {}

  private final Cli cli;
  private final Plan plan;
  private final Path dir;
  private final Journal journal;

  public GatewayRun(Cli cli, Plan plan, Path dir) {
    this.cli = cli;
    this.plan = plan;
    this.dir = dir;
    this.journal =
        new Journal(
            "gateway",
            "%d connections through nginx, HAProxy and Hawser, %d rounds of %d s"
                .formatted(plan.connections(), plan.rounds(), plan.seconds()),
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
  }

  public int run() {
    var swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), "gateway-" + ProcessHandle.current().pid());
    Thread undo = new Thread(ledger::close, "undo");
    Runtime.getRuntime().addShutdownHook(undo);
    try (Field field = new Field(dir, plan.firstPort(), 1, ledger)) {
      field.start();
      for (String answer : List.of("small", "large")) {
        measure(field, answer);
      }
    } finally {
      ledger.close();
      var unused = Runtime.getRuntime().removeShutdownHook(undo);
    }
    journal.write(dir);
    show();
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  private void measure(Field field, String answer) {
    for (Proxy proxy : field.proxies()) {
      int seconds = proxy.name().equals("hawser") ? plan.warmUp() : Math.min(3, plan.warmUp());
      Wrk.Result warm = load(proxy, answer, seconds);
      journal.note("%s %s warm-up: %.0f/s".formatted(proxy.name(), answer, warm.perSecond()));
    }
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (int round = 0; round < plan.rounds(); round++) {
      for (Proxy proxy : field.proxies()) {
        Sample sample = sample(proxy, answer);
        samples.computeIfAbsent(proxy.name(), name -> new ArrayList<>()).add(sample);
        journal.note(
            "%s %s: %.1f us/request, %.0f/s"
                .formatted(proxy.name(), answer, sample.cpuUs(), sample.wrk().perSecond()));
      }
    }
    double best = Double.MAX_VALUE;
    for (String other : List.of("nginx", "haproxy")) {
      best = Math.min(best, median(samples.get(other), Sample::cpuUs));
    }
    for (Map.Entry<String, List<Sample>> entry : samples.entrySet()) {
      List<Sample> all = entry.getValue();
      double cpuUs = median(all, Sample::cpuUs);
      journal.round(
          new JsonObject()
              .put("proxy", entry.getKey())
              .put("answer", answer)
              .put("cpuUs", tenth(cpuUs))
              .put("ofTheBetter", Math.round(100 * cpuUs / best) / 100.0)
              .put("perSecond", Math.round(median(all, s -> s.wrk().perSecond())))
              .put("p50Us", Math.round(median(all, s -> s.wrk().p50Us())))
              .put("p99Us", Math.round(median(all, s -> s.wrk().p99Us())))
              .put("p999Us", Math.round(median(all, s -> s.wrk().p999Us())))
              .put("allocatedBytes", Math.round(median(all, Sample::allocated)))
              .put("failed", all.stream().mapToLong(s -> s.wrk().failed()).sum()));
    }
    expect(answer, samples.get("hawser"), best);
  }

  private void expect(String answer, List<Sample> ours, double best) {
    long failed = ours.stream().mapToLong(s -> s.wrk().failed()).sum();
    journal.expect("no request through Hawser fails (" + answer + ")", failed == 0, "" + failed);
    double ratio = median(ours, Sample::cpuUs) / best;
    journal.expect(
        "a request (%s) takes at most %.2f times the processor time of the better of the others"
            .formatted(answer, plan.most()),
        ratio <= plan.most(),
        "%.2f times".formatted(ratio));
  }

  private Wrk.Result load(Proxy proxy, String answer, int seconds) {
    return Wrk.start(dir, proxy.url() + "/" + answer, plan.connections(), seconds).result();
  }

  private Sample sample(Proxy proxy, String answer) {
    boolean java = proxy.name().equals("hawser");
    double allocated = java ? allocated(proxy.pid()) : 0;
    long ticks = ticks(proxy.pid());
    Wrk.Result result = load(proxy, answer, plan.seconds());
    double cpuUs = (ticks(proxy.pid()) - ticks) * US_PER_TICK / Math.max(1, result.requests());
    double after = java ? allocated(proxy.pid()) : 0;
    return new Sample(result, cpuUs, (after - allocated) / Math.max(1, result.requests()));
  }

  /** User and system time of all threads of a process, in hundredths of a second. */
  private static long ticks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    } catch (IOException e) {
      return 0;
    }
  }

  /** What the loops of the proxy have allocated so far, in bytes. */
  private static double allocated(long pid) {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(pid),
                  "Thread.print",
                  "-e")
              .redirectErrorStream(true)
              .start();
      String text = new String(jcmd.getInputStream().readAllBytes());
      double sum = 0;
      Matcher matcher = ALLOCATED.matcher(text);
      while (matcher.find()) {
        String unit = matcher.group(2);
        int power = unit.isEmpty() ? 0 : 1 + "KMG".indexOf(unit);
        sum += Double.parseDouble(matcher.group(1)) * Math.pow(1024, power);
      }
      return sum;
    } catch (IOException e) {
      return 0;
    }
  }

  private interface Figure {
    double of(Sample sample);
  }

  private static double median(List<Sample> samples, Figure figure) {
    double[] sorted = samples.stream().mapToDouble(figure::of).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static double tenth(double value) {
    return Math.round(10 * value) / 10.0;
  }

  private void show() {
    JsonObject json = journal.json();
    if (cli.json()) {
      json.remove("timeline");
      cli.printJson(json);
      return;
    }
    cli.terminal()
        .line("proxy    answer  CPU us  of the better  req/s   p50 us  p99 us  p99.9 us  B/req");
    json.getJsonArray("rounds")
        .forEach(
            row -> {
              JsonObject r = (JsonObject) row;
              cli.terminal()
                  .line(
                      "%-8s %-7s %6.1f  %13.2f  %6d  %6d  %6d  %8d  %5d"
                          .formatted(
                              r.getString("proxy"),
                              r.getString("answer"),
                              r.getDouble("cpuUs"),
                              r.getDouble("ofTheBetter"),
                              r.getLong("perSecond"),
                              r.getLong("p50Us"),
                              r.getLong("p99Us"),
                              r.getLong("p999Us"),
                              r.getLong("allocatedBytes")));
            });
    cli.terminal().line("report: " + dir.resolve("report.html"));
  }
}
