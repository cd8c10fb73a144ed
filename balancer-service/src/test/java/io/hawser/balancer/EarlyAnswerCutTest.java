package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An instance that answers an upload early and ends the connection has answered: the upload cannot
 * be written any more, but all of the answer is there to be read.
 */
class EarlyAnswerCutTest {
  private static final int MUCH = 30_000_000;
  private static final int PIECE = 100_000;
  private static final int ANSWER = 30_000;

  private final CountDownLatch held = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch speak = new CountDownLatch(1);
  private final CountDownLatch spoken = new CountDownLatch(1);
  private BalancerRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = new BalancerRig(1, Map.of());
  }

  @AfterEach
  void stop() throws Exception {
    goOn.countDown();
    rig.close();
  }

  /** Waits until no more of an upload fits on the way. */
  private static void full(AtomicLong sent) {
    long last = -1;
    long sinceNs = System.nanoTime();
    while (System.nanoTime() - sinceNs < TimeUnit.MILLISECONDS.toNanos(400)) {
      if (sent.get() != last) {
        last = sent.get();
        sinceNs = System.nanoTime();
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  private static Thread pour(Raw raw, AtomicLong sent) {
    String piece = "x".repeat(PIECE);
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (sent.get() < MUCH) {
                  raw.text(piece);
                  sent.addAndGet(PIECE);
                }
              } catch (IOException e) {
                // The test is over.
                sent.set(MUCH);
              }
            });
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void what_has_come_of_an_answer_before_the_end_is_handed_on() throws Exception {
    RawOrigin origin =
        new RawOrigin(
            connection -> {
              connection.head();
              connection.write("HTTP/1.1 413 No\r\nContent-Length: " + ANSWER + "\r\n\r\n");
              await(speak);
              connection.write("x".repeat(ANSWER));
              // With input that nobody has read: a reset follows what was written.
              connection.socket().close();
              spoken.countDown();
            });
    rig.register("echo", "a", origin.port());
    try (Raw raw = new Raw(rig.port)) {
      raw.socket.setSoTimeout(10_000);
      raw.send("POST", "/echo/", "Content-Length: " + MUCH);
      AtomicLong sent = new AtomicLong();
      Thread unused = pour(raw, sent);
      assertThat(raw.line()).contains("413");
      full(sent);
      rig.aheadNs =
          () -> {
            if (Thread.currentThread().getName().contains("hawser-proxy") && goOn.getCount() > 0) {
              held.countDown();
              try {
                await(goOn);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
            return 0;
          };
      await(held);
      speak.countDown();
      await(spoken);
      goOn.countDown();

      for (String line = raw.line(); !line.isEmpty(); line = raw.line()) {
        assertThat(line).isNotEmpty();
      }
      for (int i = 0; i < ANSWER; i++) {
        assertThat(raw.read()).isEqualTo('x');
      }
    }
    assertThat(
            rig.node
                .table()
                .match("h", "/echo/")
                .orElseThrow()
                .pool()
                .open()
                .getFirst()
                .state()
                .failed())
        .as("it has answered")
        .isZero();
    origin.close();
  }
}
