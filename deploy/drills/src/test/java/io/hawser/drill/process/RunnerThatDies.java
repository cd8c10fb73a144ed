package io.hawser.drill.process;

import io.hawser.drill.fault.Stall;
import io.hawser.node.ProcessIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A runner that starts a process, stops another one, says so and then waits to be killed. */
final class RunnerThatDies {
  private RunnerThatDies() {}

  /**
   * @param args a directory, the pid to stop, and its time to live in milliseconds
   */
  public static void main(String... args) throws Exception {
    Path dir = Path.of(args[0]);
    Ledger ledger = Ledger.open(dir, "dying");
    Spawned child =
        Spawned.start(
            ledger,
            new Spawned.Command(
                "sleeper", dir, dir.resolve("log"), List.of("sleep", "60"), Map.of(), false));
    ProcessIdentity other = ProcessIdentity.of(Long.parseLong(args[1])).orElseThrow();
    new Stall("other", other, ledger, Duration.ofMillis(Long.parseLong(args[2]))).inject();
    Path ready = dir.resolve("ready.new");
    Files.writeString(ready, Long.toString(child.pid()));
    Files.move(ready, dir.resolve("ready"));
    new CountDownLatch(1).await();
  }
}
