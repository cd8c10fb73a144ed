package io.hawser.drill.fault;

import io.hawser.drill.net.TcpProxy;
import io.hawser.drill.net.Weather;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * Bad weather on a proxied line to an HTTP server. Whether it shows is asked with a request over
 * the line.
 */
public final class BadLine implements Fault {
  private static final int PROBE_MS = 500;
  private static final byte[] REQUEST =
      "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final String what;
  private final TcpProxy proxy;
  private final Weather weather;

  /**
   * @param what which line it is
   */
  public BadLine(String what, TcpProxy proxy, Weather weather) {
    this.what = what;
    this.proxy = proxy;
    this.weather = weather;
  }

  @Override
  public String name() {
    String figure = weather.figure() > 0 ? " " + weather.figure() : "";
    return weather.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
        + figure
        + " on "
        + what;
  }

  @Override
  public void inject() {
    proxy.weather(weather);
  }

  @Override
  public boolean effective() {
    Outcome seen = probe();
    return switch (weather.kind()) {
      case FINE -> seen.answered;
      case DELAY -> !seen.answered || seen.tookMs >= weather.figure();
      case BANDWIDTH -> !seen.answered || seen.tookMs >= REQUEST.length * 1000L / weather.figure();
      case RESET -> !seen.answered && !seen.silent;
      case HALF_OPEN, BLACK_HOLE -> seen.silent;
    };
  }

  @Override
  public void heal() {
    proxy.weather(Weather.FINE);
  }

  @Override
  public boolean healed() {
    return probe().answered;
  }

  /**
   * @param silent whether the connection stood and nothing came
   */
  private record Outcome(boolean answered, boolean silent, long tookMs) {}

  private Outcome probe() {
    long startNs = System.nanoTime();
    boolean answered = false;
    boolean silent = false;
    try (Socket socket = new Socket()) {
      socket.connect(proxy.address(), PROBE_MS);
      int patience = (int) Math.min(5_000, PROBE_MS + weather.figure() * 3);
      socket.setSoTimeout(patience);
      socket.getOutputStream().write(REQUEST);
      InputStream in = socket.getInputStream();
      answered = in.readNBytes(12).length == 12;
    } catch (SocketTimeoutException e) {
      silent = true;
    } catch (IOException e) {
      answered = false;
    }
    return new Outcome(answered, silent, (System.nanoTime() - startNs) / 1_000_000);
  }
}
