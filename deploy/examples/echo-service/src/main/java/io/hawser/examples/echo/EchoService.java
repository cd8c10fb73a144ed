package io.hawser.examples.echo;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A backend that says who it is, and keeps itself registered over plain HTTP: all that a service
 * needs to do to be looked after.
 *
 * <p>SIGTERM deregisters, lets running requests finish and stops.
 */
public final class EchoService {
  private static final Duration STOP_GRACE = Duration.ofSeconds(1);
  private static final int CHECK_INTERVAL_MS = 500;

  private final Flags flags;
  private final EchoServer server;
  private final Registrar registrar;
  private final String incarnation;
  private final ScheduledExecutorService beats =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("beats").factory());

  private EchoService(Flags flags) throws IOException {
    this.flags = flags;
    this.server = new EchoServer(flags);
    this.incarnation = ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
    this.registrar =
        new Registrar(
            new Gateways(flags.gateways()),
            "/api/v1/services/" + flags.service() + "/instances/" + flags.id(),
            registration(flags, server.port(), incarnation),
            this::beat,
            sentence -> System.out.println(flags.id() + " " + sentence));
  }

  /** Runs until the process is told to end. */
  public static void main(String... args) {
    try {
      new EchoService(Flags.parse(args)).run();
    } catch (IllegalArgumentException e) {
      System.err.println("echo-service: " + e.getMessage());
      System.err.println(Flags.USAGE);
      System.exit(2);
    } catch (IOException e) {
      System.err.println("echo-service: cannot listen on the port: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run() {
    System.out.printf("%s listens on %s:%d%n", flags.id(), flags.host(), server.port());
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    if (!flags.gateways().isEmpty()) {
      var unused = beats.scheduleAtFixedRate(this::step, 0, flags.beatMs(), TimeUnit.MILLISECONDS);
    }
  }

  private void step() {
    try {
      registrar.step();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    try {
      var unused = beats.shutdownNow();
      // A step that is under way would register again what leave() takes back.
      if (beats.awaitTermination(STOP_GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
        registrar.leave();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.stop(STOP_GRACE);
  }

  static String registration(Flags flags, int port, String incarnation) {
    String check =
        Json.object()
            .put("type", "http")
            .put("path", "/health")
            .put("intervalMs", CHECK_INTERVAL_MS)
            .end();
    return Json.object()
        .put("host", flags.host())
        .put("port", port)
        .put("incarnation", incarnation)
        .put("ttlMs", flags.ttlMs())
        .raw("checks", "[" + check + "]")
        .raw("meta", Json.object().put("pid", Long.toString(ProcessHandle.current().pid())).end())
        .end();
  }

  private String beat() {
    Runtime runtime = Runtime.getRuntime();
    double memory = (double) (runtime.totalMemory() - runtime.freeMemory()) / runtime.maxMemory();
    return Json.object()
        .put("incarnation", incarnation)
        .put("cpu", cpu())
        .put("memory", memory)
        .put("responseTimeMs", server.responseMs())
        .end();
  }

  /** The share of the machine's processors that this process uses, 0 to 1. */
  private static double cpu() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? Math.max(0, os.getProcessCpuLoad())
        : 0;
  }
}
