package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at a machine with the eyes of a node that is about to start there, and changes nothing.
 * Blocking, for a second per seed that does not answer.
 */
public final class Checkup {
  private static final int BEST_JAVA = 25;
  private static final long MIN_FILES = 4_096;
  private static final long MIN_FREE_MB = 512;
  private static final long MIN_MEMORY_MB = 1_024;
  private static final long MB = 1 << 20;
  private static final long KIB_OF_MIB = 1_024;
  private static final int PROBE_MS = 1_000;
  private static final Path LIMITS = Path.of("/proc/self/limits");

  /** How bad it is: a node does not start with what is {@code BAD}. */
  public enum Mark {
    OK,
    WARN,
    BAD
  }

  /**
   * What was seen.
   *
   * @param mend what to do about it; empty when it is well
   */
  public record Finding(String what, Mark mark, String seen, String mend) {
    static Finding ok(String what, String seen) {
      return new Finding(what, Mark.OK, seen, "");
    }

    static Finding of(boolean well, Mark otherwise, String what, String seen, String mend) {
      return well ? ok(what, seen) : new Finding(what, otherwise, seen, mend);
    }

    static Finding of(String what, StartFailure e) {
      String why = e.why().isEmpty() ? "" : ": " + e.why().replace('\n', ';');
      return new Finding(what, Mark.BAD, e.what() + why, e.mend());
    }
  }

  private Checkup() {}

  /** What a node needs of any machine. */
  public static List<Finding> machine() {
    List<Finding> findings = new ArrayList<>();
    findings.add(java(Runtime.version().feature()));
    memoryMb(Path.of("/proc/meminfo"))
        .ifPresent(
            mb ->
                findings.add(
                    Finding.of(
                        mb >= MIN_MEMORY_MB,
                        Mark.WARN,
                        "memory",
                        mb + " MiB available",
                        "a node takes 300 to 600 MiB; HAWSER_JAVA_OPTS=-Xmx256m makes it"
                            + " smaller")));
    openFiles(LIMITS)
        .ifPresent(
            most ->
                findings.add(
                    Finding.of(
                        most >= MIN_FILES,
                        Mark.WARN,
                        "open files",
                        "at most " + most,
                        "each connection is one: raise it with ulimit -n, or LimitNOFILE")));
    return List.copyOf(findings);
  }

  static Finding java(int feature) {
    return Finding.of(
        feature >= BEST_JAVA,
        Mark.WARN,
        "java",
        feature + " in " + System.getProperty("java.home"),
        "works; a JDK " + BEST_JAVA + " starts twice as fast, from a cache of loaded classes");
  }

  /** What a node with these settings needs. */
  public static List<Finding> node(Configuration configuration) {
    Settings settings = configuration.settings();
    List<Finding> findings = new ArrayList<>();
    try {
      new Preflight(settings).check();
      findings.add(Finding.ok("address", "can listen on " + settings.get(NodeSettings.BIND_HOST)));
    } catch (StartFailure e) {
      findings.add(Finding.of("address", e));
    }
    findings.add(directory(Path.of(settings.get(NodeSettings.DATA_DIR)).toAbsolutePath()));
    new Seeds(settings).others().forEach(seed -> findings.add(seed(settings, seed)));
    return List.copyOf(findings);
  }

  private static Finding directory(Path dir) {
    Path there = dir;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    String mend = "choose another one with data.dir (--dir), or make it writable";
    if (!Files.isDirectory(there) || !Files.isWritable(there)) {
      return new Finding("data directory", Mark.BAD, "cannot write " + there, mend);
    }
    try {
      FileStore store = Files.getFileStore(there);
      long freeMb = store.getUsableSpace() / MB;
      return Finding.of(
          freeMb >= MIN_FREE_MB,
          Mark.WARN,
          "data directory",
          dir + ", " + freeMb + " MiB free",
          "make room, or choose another one with data.dir (--dir)");
    } catch (IOException e) {
      return new Finding("data directory", Mark.BAD, e.toString(), mend);
    }
  }

  private static Finding seed(Settings settings, String seed) {
    Optional<String> why = Seeds.unreachable(seed, PROBE_MS);
    return Finding.of(
        why.isEmpty(),
        settings.get(NodeSettings.REQUIRE_SEEDS) ? Mark.BAD : Mark.WARN,
        "seed " + seed,
        why.orElse("answers"),
        "start that node, open its port on the way, or correct cluster.seeds");
  }

  static OptionalLong memoryMb(Path meminfo) {
    OptionalLong kib = number(meminfo, "MemAvailable:", 1);
    return kib.isEmpty() ? kib : OptionalLong.of(kib.getAsLong() / KIB_OF_MIB);
  }

  static OptionalLong openFiles(Path limits) {
    return number(limits, "Max open files", 3);
  }

  /** The number that is this word of the line with that start; empty where there is none. */
  private static OptionalLong number(Path file, String start, int word) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(start))
          .map(line -> line.split("\\s+", -1)[word])
          .filter(text -> text.matches("\\d{1,18}"))
          .mapToLong(Long::parseLong)
          .findFirst();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
