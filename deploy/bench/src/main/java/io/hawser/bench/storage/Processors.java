package io.hawser.bench.storage;

import java.time.Duration;
import java.util.Collection;

/** Processor time that processes have used. */
final class Processors {
  private Processors() {}

  /** Of all of these so far; what has ended counts as nothing. */
  static long usedNs(Collection<Long> pids) {
    return pids.stream().mapToLong(Processors::usedNs).sum();
  }

  private static long usedNs(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(p -> p.info().totalCpuDuration())
        .map(Duration::toNanos)
        .orElse(0L);
  }

  /** Of this process. */
  static long ownNs() {
    return usedNs(ProcessHandle.current().pid());
  }
}
