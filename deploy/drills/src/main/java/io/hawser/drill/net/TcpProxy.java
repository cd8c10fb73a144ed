package io.hawser.drill.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A TCP proxy on loopback that can do to its connections what networks do. It lives in the runner:
 * a runner that dies takes the path away, and with it the fault. Two virtual threads for each
 * connection. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 8 * 1024;
  private static final int CONNECT_MS = 2_000;
  private static final int MAX_LINKS = 512;

  private final ServerSocket server;
  private final InetSocketAddress target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile Weather weather = Weather.FINE;

  private TcpProxy(ServerSocket server, InetSocketAddress target) {
    this.server = server;
    this.target = target;
  }

  /** Leads from one port of the loopback address to another; 0 takes a free one. */
  public static TcpProxy start(int port, int targetPort) {
    try {
      ServerSocket server = new ServerSocket(port, 128, InetAddress.getLoopbackAddress());
      TcpProxy proxy =
          new TcpProxy(server, new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
      Thread unused = Thread.ofVirtual().name("proxy").start(proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + port, e);
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  /** Sets the weather, for the connections that there are and those to come. */
  public void weather(Weather next) {
    weather = next;
    switch (next.kind()) {
      case RESET -> links.forEach(Link::reset);
      case HALF_OPEN -> links.forEach(Link::loseTarget);
      case FINE -> links.stream().filter(Link::broken).forEach(Link::reset);
      case DELAY, BANDWIDTH, BLACK_HOLE -> {
        // The pumps look at each chunk.
      }
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        if (links.size() >= MAX_LINKS || weather.kind() == Weather.Kind.RESET) {
          Link.reset(client);
        } else {
          Thread unused = Thread.ofVirtual().name("link").start(() -> serve(client));
        }
      } catch (IOException e) {
        // Closed, or a client that was gone before it was accepted: the loop decides.
      }
    }
  }

  private void serve(Socket client) {
    Link link = new Link(client);
    links.add(link);
    try {
      if (weather.kind() == Weather.Kind.HALF_OPEN) {
        link.loseTarget();
      } else {
        link.target.connect(target, CONNECT_MS);
      }
      Thread back = Thread.ofVirtual().start(() -> pump(link, link.target, client));
      pump(link, client, link.target);
      back.join();
    } catch (IOException e) {
      link.reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      link.reset();
      links.remove(link);
    }
  }

  /** Carries one direction until either side ends. */
  private void pump(Link link, Socket from, Socket to) {
    byte[] chunk = new byte[CHUNK];
    try {
      int read = from.getInputStream().read(chunk);
      while (read >= 0) {
        hold(read);
        if (!link.broken() && weather.kind() != Weather.Kind.BLACK_HOLE) {
          to.getOutputStream().write(chunk, 0, read);
        } else {
          link.swallow();
        }
        read = from.getInputStream().read(chunk);
      }
      if (!link.broken()) {
        to.shutdownOutput();
      }
    } catch (IOException e) {
      if (!link.broken()) {
        link.reset();
      }
    }
  }

  private void hold(int bytes) {
    Weather now = weather;
    long ns =
        switch (now.kind()) {
          case DELAY -> TimeUnit.MILLISECONDS.toNanos(now.figure());
          case BANDWIDTH -> bytes * TimeUnit.SECONDS.toNanos(1) / Math.max(1, now.figure());
          case FINE, RESET, HALF_OPEN, BLACK_HOLE -> 0;
        };
    long untilNs = System.nanoTime() + ns;
    for (long left = ns; left > 0; left = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      links.forEach(Link::reset);
    }
  }
}
