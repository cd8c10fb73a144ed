package io.hawser.bench.gateway;

import io.hawser.bench.gateway.Field.Proxy;
import io.hawser.bench.gateway.raw.Case;
import io.hawser.bench.gateway.raw.Case.Group;
import io.hawser.bench.gateway.raw.Cases;
import io.hawser.bench.gateway.raw.Outcome;
import io.hawser.bench.gateway.raw.Recorder;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Leftovers;
import io.hawser.drill.report.Journal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The same bytes through each proxy, and what each made of them. */
public final class DifferentialRun {
  private static final List<String> NAMES = List.of("hawser", "nginx", "haproxy");

  private final Cli cli;
  private final int every;
  private final int firstPort;
  private final Path dir;
  private final Journal journal;
  private final Map<Case, Map<String, Outcome>> outcomes = new LinkedHashMap<>();

  public DifferentialRun(Cli cli, int every, int firstPort, Path dir) {
    this.cli = cli;
    this.every = every;
    this.firstPort = firstPort;
    this.dir = dir;
    this.journal =
        new Journal(
            "gateway-differential",
            "the same requests, byte by byte, through nginx, HAProxy and Hawser",
            Long.toHexString(ProcessHandle.current().pid()),
            cli.terminal()::note);
    List<Case> all = Cases.all();
    for (int i = 0; i < all.size(); i += every) {
      outcomes.put(all.get(i), new ConcurrentHashMap<>());
    }
  }

  /**
   * @param ifPresent whether it is no failure that a proxy is not there
   */
  public int run(boolean ifPresent) {
    if (ifPresent && !Field.ready(cli.terminal()::note)) {
      return ExitCode.OK.number();
    }
    var swept = Leftovers.sweep(Ledger.home());
    swept.forEach(id -> cli.terminal().note("took back what the run " + id + " had left behind"));
    Ledger ledger = Ledger.open(Ledger.home(), "differential-" + ProcessHandle.current().pid());
    Thread undo = new Thread(ledger::close, "undo");
    Runtime.getRuntime().addShutdownHook(undo);
    Map<String, Recorder> origins = new HashMap<>();
    Map<String, List<Integer>> ports = new HashMap<>();
    for (String name : NAMES) {
      Recorder origin = new Recorder();
      origins.put(name, origin);
      ports.put(name, List.of(origin.port()));
    }
    try (Field field = new Field(dir, firstPort, 0, ports, ledger)) {
      field.start();
      send(field, origins);
    } finally {
      origins.values().forEach(Recorder::close);
      ledger.close();
      var unused = Runtime.getRuntime().removeShutdownHook(undo);
    }
    judge();
    journal.write(dir);
    write("differential.md", table());
    cli.terminal().line(table());
    cli.terminal().line("report: " + dir.resolve("report.html"));
    return (journal.ok() ? ExitCode.OK : ExitCode.CHECK_FAILED).number();
  }

  /** One case after the other through each proxy, the proxies at the same time. */
  private void send(Field field, Map<String, Recorder> origins) {
    List<Thread> threads = new ArrayList<>();
    for (Proxy proxy : field.proxies()) {
      Recorder origin = origins.get(proxy.name());
      threads.add(
          Thread.ofPlatform()
              .start(
                  () ->
                      outcomes.forEach(
                          (sent, by) ->
                              by.put(proxy.name(), Outcome.of(sent, proxy.port(), origin)))));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void judge() {
    List<String> ambiguous = new ArrayList<>();
    List<String> lax = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    outcomes.forEach(
        (sent, by) -> {
          Outcome seen = by.get("hawser");
          String what = sent.group() + " " + visible(sent.name()) + ": " + seen.summary();
          if (seen.ambiguity().isPresent()) {
            ambiguous.add(what + " " + seen.ambiguity().get());
          }
          if (!sent.passes() && seen.passed()) {
            lax.add(what);
          }
          if (sent.passes() && seen.forwarded().size() != sent.requests()) {
            lost.add(what);
          }
          journal.round(row(sent, by));
        });
    journal.figure("requests", outcomes.size());
    journal.expect("nothing ambiguous is forwarded", ambiguous.isEmpty(), text(ambiguous));
    journal.expect("nothing is forwarded that is not to be", lax.isEmpty(), text(lax));
    journal.expect("what is good is forwarded, each request once", lost.isEmpty(), text(lost));
  }

  private static String text(List<String> of) {
    return of.isEmpty() ? "none" : String.join("; ", of);
  }

  private static JsonObject row(Case sent, Map<String, Outcome> by) {
    JsonObject row =
        new JsonObject().put("group", sent.group().name()).put("case", visible(sent.name()));
    NAMES.forEach(name -> row.put(name, by.get(name).summary()));
    JsonArray first = new JsonArray();
    by.get("hawser").forwarded().forEach(raw -> first.add(visible(raw)));
    return row.put("forwardedByHawser", first);
  }

  private static String visible(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              switch (c) {
                case '\r' -> out.append("\\r");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                  if (c < ' ' || c >= 0x7f) {
                    out.append("\\x%02x".formatted(c));
                  } else {
                    out.append((char) c);
                  }
                }
              }
            });
    return out.toString();
  }

  /** For each group what each proxy did, and why they differ. */
  private String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        "| requests | sent | Hawser | nginx | HAProxy | why |\n|---|---|---|---|---|---|\n");
    for (Group group : Group.values()) {
      Map<Case, Map<String, Outcome>> of = new LinkedHashMap<>(outcomes);
      of.keySet().removeIf(sent -> sent.group() != group);
      if (!of.isEmpty()) {
        text.append("| ").append(group.title()).append(" | ").append(of.size());
        NAMES.forEach(name -> text.append(" | ").append(cell(of, name)));
        text.append(" | ").append(group.why()).append(" |\n");
      }
    }
    return text.toString();
  }

  private static String cell(Map<Case, Map<String, Outcome>> of, String name) {
    long passed = of.values().stream().filter(by -> by.get(name).passed()).count();
    long ambiguous =
        of.values().stream().filter(by -> by.get(name).ambiguity().isPresent()).count();
    String cell = passed + " forwarded";
    return ambiguous == 0 ? cell : cell + ", " + ambiguous + " as they were";
  }

  private void write(String name, String text) {
    try {
      Files.createDirectories(dir);
      Files.writeString(dir.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
