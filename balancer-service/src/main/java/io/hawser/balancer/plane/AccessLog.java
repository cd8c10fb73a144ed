package io.hawser.balancer.plane;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of JSON for each request, in a file. The loops hand lines over and never wait: when the
 * disk is too slow for them, or full, lines are left out and counted. Thread-safe.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final int WAITING = 16_384;
  private static final int BATCH = 256;
  private static final long PATIENCE_MS = 1_000;
  private static final String END = "";

  /**
   * One request.
   *
   * @param reason why it failed, as in {@code Hawser-Error}; empty when it did not
   * @param instance that answered, or was tried last; empty without one
   * @param attempts how many times an instance was tried, that or another one
   * @param id of the request: the client's, else the one that the instance was given
   * @param trace the id in its traceparent; empty when it went nowhere
   */
  public record Entry(
      long endMs,
      String client,
      String method,
      String host,
      String uri,
      int status,
      String reason,
      String service,
      String instance,
      int attempts,
      long tookUs,
      long bytesIn,
      long bytesOut,
      String id,
      String trace) {
    /** Of a request whose head could not be read. */
    public static Entry unread(long endMs, String client, int status, String reason) {
      return new Entry(endMs, client, "", "", "", status, reason, "", "", 0, 0, 0, 0, "", "");
    }

    String line() {
      JsonObject json = new JsonObject();
      json.put("at", Instant.ofEpochMilli(endMs).toString()).put("client", client);
      json.put("method", method).put("host", host).put("uri", uri).put("status", status);
      if (!reason.isEmpty()) {
        json.put("reason", reason);
      }
      json.put("service", service).put("instance", instance);
      if (attempts > 1) {
        json.put("attempts", attempts);
      }
      json.put("tookUs", tookUs);
      json.put("bytesIn", bytesIn).put("bytesOut", bytesOut);
      return json.put("id", id).put("trace", trace).encode() + "\n";
    }
  }

  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong lost = new AtomicLong();
  private final OutputStream out;
  private final Thread writer;
  private boolean failing;

  /** Appends to the file; makes it when it is not there. */
  public AccessLog(Path file) {
    this(open(file));
  }

  /** Writes lines to this, and closes it. */
  AccessLog(OutputStream out) {
    this.out = out;
    this.writer = Thread.ofPlatform().daemon().name("hawser-access-log").start(this::write);
  }

  private static OutputStream open(Path file) {
    try {
      return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("balancer.access-log cannot be written: " + file, e);
    }
  }

  public void add(Entry entry) {
    if (!lines.offer(entry.line())) {
      lost.incrementAndGet();
    }
  }

  /** How many lines were left out. */
  public long lost() {
    return lost.get();
  }

  private void write() {
    List<String> batch = new ArrayList<>(BATCH);
    try (out) {
      while (!batch.contains(END)) {
        batch.clear();
        batch.add(lines.take());
        int unused = lines.drainTo(batch, BATCH - 1);
        write(batch);
      }
    } catch (IOException e) {
      log.warn("access log not closed cause={}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What cannot be written is left out; what comes when there is room again is not. */
  private void write(List<String> batch) {
    // A line that was cut off by a full disk is ended first.
    String text = (failing ? "\n" : "") + String.join("", batch);
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      if (failing) {
        failing = false;
        log.info("access log works again lost={}", lost);
      }
    } catch (IOException e) {
      lost.addAndGet(batch.stream().filter(line -> !line.equals(END)).count());
      if (!failing) {
        failing = true;
        log.error("access log cannot be written, lines are left out cause={}", e.toString());
      }
    }
  }

  /** Waits a moment until what was added has been written. */
  @Override
  public void close() {
    try {
      boolean told = lines.offer(END, PATIENCE_MS, TimeUnit.MILLISECONDS);
      writer.join(PATIENCE_MS);
      if (writer.isAlive()) {
        log.warn("access log does not end told={} left={}", told, lines.size());
        writer.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
