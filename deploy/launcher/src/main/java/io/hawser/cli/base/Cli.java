package io.hawser.cli.base;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command knows, and what commands make of them. One per run. */
public final class Cli {
  /** Set by the script: where Hawser lies. */
  public static final String HOME_PROPERTY = "hawser.home";

  /** Set by the script: its own path, to start nodes with. */
  public static final String SCRIPT_PROPERTY = "hawser.script";

  private final PrintWriter out;
  private final PrintWriter err;
  private final Map<String, String> environment;
  private @Nullable Terminal terminal;
  private @Nullable Api api;

  @Option(
      names = "--server",
      scope = ScopeType.INHERIT,
      paramLabel = "URL",
      description = "The node to talk to (HAWSER_SERVER; default http://127.0.0.1:8500).")
  private @Nullable String server;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print results as JSON, for scripts.")
  private boolean json;

  @Option(
      names = "--no-color",
      scope = ScopeType.INHERIT,
      description = "No colours (also NO_COLOR, TERM=dumb, or when the output is no terminal).")
  private boolean noColor;

  @Option(
      names = "--timeout",
      scope = ScopeType.INHERIT,
      paramLabel = "MS",
      defaultValue = "5000",
      description = "The longest wait for an answer, in milliseconds (default ${DEFAULT-VALUE}).")
  private int timeoutMs = 5000;

  public Cli(PrintWriter out, PrintWriter err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
  }

  public boolean json() {
    return json;
  }

  /** The environment variables of this run. */
  public Map<String, String> environment() {
    return environment;
  }

  public Terminal terminal() {
    Terminal made = terminal;
    if (made == null) {
      boolean live = Boolean.getBoolean("hawser.tty") && !"dumb".equals(environment.get("TERM"));
      boolean colour = live && !noColor && environment.getOrDefault("NO_COLOR", "").isEmpty();
      made = new Terminal(out, err, colour, live && !json);
      terminal = made;
    }
    return made;
  }

  /** The API of the node that the command line or the environment names. */
  public Api api() {
    Api made = api;
    if (made == null) {
      String named = server != null ? server : environment.get("HAWSER_SERVER");
      made = apiOf(named == null || named.isBlank() ? "http://127.0.0.1:8500" : named);
      api = made;
    }
    return made;
  }

  /** The API at a URL, with this run's time-out. */
  public Api apiOf(String url) {
    String full = url.contains("://") ? url : "http://" + url;
    try {
      URI uri = URI.create(full.replaceAll("/+$", ""));
      if (uri.getHost() != null && timeoutMs > 0) {
        return new Api(uri, Duration.ofMillis(timeoutMs));
      }
    } catch (IllegalArgumentException e) {
      throw badServer(url, e.getMessage());
    }
    throw timeoutMs > 0
        ? badServer(url, "it names no host")
        : new CliFailure(ExitCode.USAGE, "--timeout must be above 0", "", "give milliseconds");
  }

  private static CliFailure badServer(String url, @Nullable String why) {
    return new CliFailure(
        ExitCode.USAGE,
        "'" + url + "' is no URL of a server",
        why == null ? "" : why,
        "give it as http://host:port, in --server or HAWSER_SERVER");
  }

  /** Prints JSON as it came, laid out for reading. */
  public void printJson(@Nullable Object value) {
    terminal()
        .line(
            switch (value) {
              case JsonObject object -> object.encodePrettily();
              case JsonArray array -> array.encodePrettily();
              case null, default -> String.valueOf(value);
            });
  }

  /** The script that nodes are started with. */
  public Path script() {
    String path = System.getProperty(SCRIPT_PROPERTY);
    if (path == null) {
      throw new CliFailure(
          ExitCode.ENVIRONMENT,
          "do not know how to start a node",
          "the system property " + SCRIPT_PROPERTY + " is not set",
          "run this command through bin/hawser");
    }
    return Path.of(path);
  }
}
