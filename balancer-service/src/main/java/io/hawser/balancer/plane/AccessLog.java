package io.hawser.balancer.plane;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A line of JSON for each request, in a file. The loops hand lines over and never wait: when the
 * disk is too slow for them, lines are left out and counted. Thread-safe.
 */
public final class AccessLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final int WAITING = 16_384;
  private static final String END = "";

  /**
   * One request.
   *
   * @param reason why it failed, as in {@code Hawser-Error}; empty when it did not
   * @param instance that answered, or was tried last; empty without one
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
      long tookUs,
      long bytesIn,
      long bytesOut,
      String id) {
    String line() {
      JsonObject json = new JsonObject();
      json.put("at", Instant.ofEpochMilli(endMs).toString()).put("client", client);
      json.put("method", method).put("host", host).put("uri", uri).put("status", status);
      if (!reason.isEmpty()) {
        json.put("reason", reason);
      }
      json.put("service", service).put("instance", instance).put("tookUs", tookUs);
      json.put("bytesIn", bytesIn).put("bytesOut", bytesOut);
      return json.put("id", id).encode() + "\n";
    }
  }

  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING);
  private final AtomicLong lost = new AtomicLong();
  private final BufferedWriter out;
  private final Thread writer;

  /** Appends to the file; makes it when it is not there. */
  public AccessLog(Path file) {
    try {
      this.out =
          Files.newBufferedWriter(
              file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("balancer.access-log cannot be written: " + file, e);
    }
    this.writer = Thread.ofPlatform().daemon().name("hawser-access-log").start(this::write);
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
    try (out) {
      for (String line = lines.take(); !line.equals(END); line = lines.take()) {
        out.write(line);
        if (lines.isEmpty()) {
          out.flush();
        }
      }
    } catch (IOException e) {
      log.error("access log ends cause={}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Blocks until what was added has been written. */
  @Override
  public void close() {
    try {
      lines.put(END);
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
