package io.hawser.balancer.plane;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many files this process may have open, of which each connection takes one: clients beyond
 * that would not be refused, but keep everybody else from being served.
 */
public final class OpenFiles {
  /** What the rest of the node needs. */
  private static final long RESERVED = 512;

  private OpenFiles() {}

  /** The limit; {@link Long#MAX_VALUE} when the system does not say. */
  public static long most() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /**
   * How many clients one of several loops may take. One in four files is left for the connections
   * to instances.
   */
  public static int clients(int wanted, int loops, long files) {
    long room = Math.max(0, files - RESERVED) / 4 * 3 / loops;
    return Math.clamp(room, 1, wanted);
  }
}
