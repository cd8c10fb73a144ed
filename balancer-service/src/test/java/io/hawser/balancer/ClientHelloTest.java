package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client says before TLS is set up has its bounds in size and in time. */
class ClientHelloTest {
  private static final int HANDSHAKE = 22;
  private static final int CLIENT_HELLO = 1;
  private static final int RECORD_BYTES = 200;

  @TempDir Path dir;
  private @Nullable BalancerRig rig;

  @AfterEach
  void stop() throws Exception {
    if (rig != null) {
      rig.close();
    }
  }

  private Socket connect(String headMs) throws Exception {
    Path certificates = Files.createDirectory(dir.resolve("tls"));
    TestCertificate unused = TestCertificate.make(certificates, "default", "first");
    BalancerRig begun =
        new BalancerRig(
            1,
            Map.of(
                "balancer.tls-port",
                "0",
                "balancer.tls-directory",
                certificates.toString(),
                "balancer.head-timeout-ms",
                headMs));
    rig = begun;
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), begun.node.tlsPort());
    socket.setTcpNoDelay(true);
    return socket;
  }

  /** The begin of a record that holds a ClientHello, or its begin. */
  private static byte[] begin(int hello) {
    int record = Math.min(hello + 4, RECORD_BYTES);
    return new byte[] {
      HANDSHAKE,
      3,
      1,
      (byte) (record >> 8),
      (byte) record,
      CLIENT_HELLO,
      (byte) (hello >> 16),
      (byte) (hello >> 8),
      (byte) hello
    };
  }

  private static boolean ended(Socket socket, int withinMs) throws IOException {
    socket.setSoTimeout(withinMs);
    try {
      // An alert may come first.
      while (socket.getInputStream().read() >= 0) {
        Thread.onSpinWait();
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void one_that_comes_byte_by_byte_is_not_waited_for_longer_than_a_head() throws Exception {
    try (Socket socket = connect("1000")) {
      socket.getOutputStream().write(begin(512));
      boolean ended = false;
      for (int i = 0; i < 100 && !ended; i++) {
        try {
          socket.getOutputStream().write(0);
        } catch (IOException e) {
          ended = true;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        ended |= ended(socket, 50);
      }
      assertThat(ended).isTrue();
    }
  }

  @Test
  void one_that_says_that_it_will_be_long_is_not_read() throws Exception {
    try (Socket socket = connect("30000")) {
      socket.getOutputStream().write(begin(60_000));
      socket.getOutputStream().write(new byte[RECORD_BYTES - 4]);

      assertThat(ended(socket, 10_000)).isTrue();
    }
  }
}
