package io.hawser.balancer.plane;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates of the TLS port, from a directory: {@code NAME.crt} and {@code NAME.key} (PEM)
 * serve the host of that name, {@code _.example.com} the hosts one level below, {@code default} all
 * others. They are read again when a file changes; a set that cannot be read leaves the one before
 * in place, and is tried again, as who may read a file changes without its date. Thread-safe.
 */
public final class Certificates {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final String SUFFIX = ".crt";
  private static final String DEFAULT = "default";

  private final Path dir;
  private volatile Map<String, SslContext> contexts;
  private volatile long stamp;

  /** Why the present set cannot be read; empty when it has been. */
  private volatile String failure = "";

  /**
   * @throws UncheckedIOException when there is no set to begin with
   */
  public Certificates(Path dir) {
    this.dir = dir;
    try {
      this.stamp = stamp();
      this.contexts = read();
    } catch (IOException e) {
      throw new UncheckedIOException("balancer.tls-directory cannot be read: " + dir, e);
    }
    if (!contexts.containsKey(DEFAULT)) {
      throw new IllegalArgumentException(
          "balancer.tls-directory has no default.crt and default.key: " + dir);
    }
  }

  /** Looks for changes. Blocks on the disk. */
  public void refresh() {
    try {
      long now = stamp();
      if (now != stamp) {
        Map<String, SslContext> next = read();
        if (!next.containsKey(DEFAULT)) {
          throw new IOException("there is no default.crt");
        }
        contexts = next;
        stamp = now;
        log.info("certificates read names={}", next.keySet());
      }
      failure = "";
    } catch (IOException | RuntimeException e) {
      if (!e.toString().equals(failure)) {
        failure = e.toString();
        log.error("certificates not read, the ones before stay cause={}", failure);
      }
    }
  }

  private long stamp() throws IOException {
    long sum = 17;
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.sorted().toList()) {
        sum = 31 * sum + file.getFileName().hashCode();
        sum = 31 * sum + Files.getLastModifiedTime(file).toMillis();
        sum = 31 * sum + Files.size(file);
      }
    }
    return sum;
  }

  private Map<String, SslContext> read() throws IOException {
    Map<String, SslContext> read = new HashMap<>();
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.endsWith(SUFFIX)) {
          String host = name.substring(0, name.length() - SUFFIX.length());
          Path key = dir.resolve(host + ".key");
          read.put(host.toLowerCase(Locale.ROOT), context(file, key));
        }
      }
    }
    return Map.copyOf(read);
  }

  private static SslContext context(Path certificate, Path key) throws IOException {
    KeyCheck.check(certificate, key);
    // Only what the pipeline speaks is offered; HTTP/2 joins here when it does.
    return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
        .protocols(List.of("TLSv1.3", "TLSv1.2"))
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  /** The context for a host; that of all others when it is not known, or none was named. */
  public SslContext of(@Nullable String host) {
    Map<String, SslContext> all = contexts;
    SslContext found = null;
    if (host != null) {
      String name = host.toLowerCase(Locale.ROOT);
      found = all.get(name);
      int dot = name.indexOf('.');
      if (found == null && dot > 0) {
        found = all.get("_" + name.substring(dot));
      }
    }
    return found == null ? Objects.requireNonNull(all.get(DEFAULT)) : found;
  }
}
