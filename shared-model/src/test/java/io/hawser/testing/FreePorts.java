package io.hawser.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports for processes that are told theirs. From below those that the kernel gives to connections:
 * a free one of those may be some client's by the time that the process listens. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int COUNT = 8_000;

  /** Test runs side by side begin in different places; none takes the same twice. */
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % COUNT));

  private FreePorts() {}

  /** So many ports that nobody listens on, all different. */
  public static List<Integer> take(int count) {
    List<Integer> ports = new ArrayList<>();
    for (int tried = 0; ports.size() < count && tried < COUNT; tried++) {
      int port = FIRST + NEXT.getAndUpdate(n -> (n + 1) % COUNT);
      if (free(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new AssertionError("no " + count + " free ports");
    }
    return ports;
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (BindException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
