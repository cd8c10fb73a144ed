package io.hawser.drill.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command of the system and waits for it, for some seconds at most. */
public final class Shell {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int MAX_OUTPUT = 64 * 1024;

  private Shell() {}

  /**
   * How a command ended.
   *
   * @param code its exit code; -1 when it could not be started or did not end in time
   * @param output what it said on both of its outputs
   */
  public record Result(int code, String output) {
    public boolean ok() {
      return code == 0;
    }
  }

  /** Runs the command, without a shell in between. Never throws. */
  public static Result run(String... command) {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .start();
      try (var output = process.getInputStream()) {
        if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
          Process unused = process.destroyForcibly();
          return new Result(-1, "not ended after " + LIMIT.toSeconds() + " s");
        }
        String said = new String(output.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
        return new Result(process.exitValue(), said.strip());
      }
    } catch (IOException e) {
      return new Result(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(-1, "interrupted");
    }
  }
}
