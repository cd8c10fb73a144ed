package io.hawser.balancer.plane;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class AccessLogTest {
  /** A disk that is full for as long as it is told to be, in the middle of a line. */
  private static final class Disk extends OutputStream {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private volatile boolean full;

    @Override
    public void write(int b) throws IOException {
      throw new IOException("one byte");
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) throws IOException {
      written.write(bytes, from, full ? Math.min(3, length) : length);
      if (full) {
        throw new IOException("No space left on device");
      }
    }

    synchronized List<String> lines() {
      return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static AccessLog.Entry entry(String uri) {
    return new AccessLog.Entry(
        0, "127.0.0.1", "GET", "h", uri, 200, "", "echo", "a", 1, 1, 0, 2, "", "");
  }

  @Test
  void what_comes_after_the_disk_was_full_is_written() {
    Disk disk = new Disk();
    AccessLog log = new AccessLog(disk);
    log.add(entry("/1"));
    Await.until("the first is there", () -> disk.lines().size() == 1);
    disk.full = true;
    log.add(entry("/2"));
    Await.until("the second is lost", () -> log.lost() == 1);
    log.add(entry("/3"));
    Await.until("the third is lost", () -> log.lost() == 2);
    disk.full = false;
    log.add(entry("/4"));
    log.close();

    assertThat(disk.lines().getFirst()).contains("\"/1\"");
    assertThat(disk.lines().getLast()).startsWith("{").contains("\"/4\"").endsWith("}");
    assertThat(log.lost()).isEqualTo(2);
  }

  @Test
  void a_disk_that_hangs_does_not_keep_the_node_from_its_end() {
    CountDownLatch never = new CountDownLatch(1);
    AccessLog log =
        new AccessLog(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  throw new IOException(e);
                }
              }
            });
    log.add(entry("/1"));
    for (int i = 0; i < 40_000; i++) {
      log.add(entry("/" + i));
    }
    log.close();

    assertThat(log.lost()).isPositive();
  }
}
