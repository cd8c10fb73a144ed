package io.hawser.failover.driver;

import io.hawser.failover.core.Effect;
import io.hawser.failover.process.Template;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Runs a command of this node's own configuration to its end, with what it is about in its
 * environment ({@code HAWSER_SERVICE}, {@code HAWSER_INSTANCE}, {@code HAWSER_ACTION}, {@code
 * HAWSER_INCIDENT}, {@code HAWSER_CALL} and so on). Exit code 0 is success, any other a refusal. It
 * is run on the node whose manager acts; {@code HAWSER_CALL} is the same when the same call is made
 * again, by whichever manager.
 */
public final class ExecDriver implements Driver {
  public static final String NAME = "exec";

  /** The argument that names the command. */
  public static final String COMMAND_ARG = "command";

  /** After which the command is ended, and has failed, unless the caller says otherwise. */
  static final long TIMEOUT_MS = 60_000;

  private static final String OURS = "HAWSER_";

  private final Map<String, Template> commands;
  private final String api;

  /**
   * @param api the URL of this node's API, for commands that ask for it
   */
  public ExecDriver(Map<String, Template> commands, String api) {
    this.commands = Map.copyOf(commands);
    this.api = api;
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call) {
    return run(call, TIMEOUT_MS);
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call, long timeoutMs) {
    String name = call.driver().args().getOrDefault(COMMAND_ARG, "");
    Template template = commands.get(name);
    if (template == null) {
      return Future.succeededFuture(
          new Outcome.Rejected<>(
              "no-command", "this node's configuration has no command '" + name + "'"));
    }
    Promise<Outcome<String>> ended = Promise.promise();
    // A thread of its own: as many as there are commands must not take the node's workers.
    Thread unused =
        Thread.ofVirtual().name("exec").start(() -> ended.complete(run(template, call, timeoutMs)));
    return ended.future();
  }

  private Outcome<String> run(Template template, Effect.Drive call, long timeoutMs) {
    try {
      return await(started(template, call), timeoutMs);
    } catch (IOException | RuntimeException e) {
      return new Outcome.Rejected<>("start-failed", String.valueOf(e.getMessage()));
    }
  }

  private Process started(Template template, Effect.Drive call) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(template.fill(values(call)));
    builder.redirectInput(Redirect.from(new File("/dev/null")));
    builder.redirectErrorStream(true);
    builder.redirectOutput(Redirect.DISCARD);
    // The node's own settings are nobody else's business, secrets among them.
    builder.environment().keySet().removeIf(name -> name.startsWith(OURS));
    builder.environment().putAll(environment(call));
    return builder.start();
  }

  private static Outcome<String> await(Process process, long timeoutMs) {
    try {
      if (!process.waitFor(timeoutMs, TimeUnit.MILLISECONDS)) {
        end(process);
        return new Outcome.Unknown<>("the command did not end within " + timeoutMs + " ms");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end(process);
      return new Outcome.Unknown<>("the command was not waited for");
    }
    int code = process.exitValue();
    return code == 0
        ? new Outcome.Ok<>("exit code 0")
        : new Outcome.Rejected<>("command-failed", "the command ended with exit code " + code);
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    Process unused = process.destroyForcibly();
  }

  private Map<String, String> values(Effect.Drive call) {
    Map<String, String> values = new HashMap<>(about(call));
    values.put("api", api);
    values.put("java", ProcessHandle.current().info().command().orElse("java"));
    return values;
  }

  private static Map<String, String> about(Effect.Drive call) {
    return Map.of(
        "service", call.ask().instance().service(),
        "id", call.ask().instance().id(),
        "host", call.host(),
        "port", Integer.toString(call.port()));
  }

  private static Map<String, String> environment(Effect.Drive call) {
    Map<String, String> environment = new HashMap<>();
    about(call).forEach((name, value) -> environment.put(variable(name), value));
    call.details().forEach((name, value) -> environment.put(variable(name), value));
    environment.put("HAWSER_INSTANCE", call.ask().instance().id());
    environment.put("HAWSER_ACTION", call.ask().word());
    environment.put("HAWSER_INCIDENT", call.ask().incident());
    environment.put("HAWSER_CALL", call.ask().idempotencyKey());
    environment.put("HAWSER_EPOCH", Long.toString(call.epoch().value()));
    environment.put("HAWSER_TERM", Long.toString(call.term()));
    return environment;
  }

  private static String variable(String name) {
    return "HAWSER_" + name.toUpperCase(Locale.ROOT);
  }
}
