package io.hawser.bench.gateway.raw;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a proxy made of a case.
 *
 * @param statuses that the client read; empty when the connection was just closed
 * @param forwarded the requests that the origin got, as they came
 */
public record Outcome(List<String> statuses, List<String> forwarded) {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})");
  private static final int PATIENCE_MS = 400;

  public Outcome {
    statuses = List.copyOf(statuses);
    forwarded = List.copyOf(forwarded);
  }

  /** Sends a case through the proxy on this port, before the origin that records. */
  public static Outcome of(Case sent, int port, Recorder origin) {
    List<String> unused = origin.take();
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MS);
      socket.getOutputStream().write(sent.bytes());
      InputStream in = socket.getInputStream();
      byte[] bytes = new byte[8_192];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        answer.write(bytes, 0, n);
      }
    } catch (SocketTimeoutException e) {
      // It waits for more: what has come so far is what it makes of it.
      Thread.onSpinWait();
    } catch (IOException e) {
      answer.writeBytes(" reset".getBytes(StandardCharsets.US_ASCII));
    }
    Matcher matcher = STATUS.matcher(answer.toString(StandardCharsets.ISO_8859_1));
    return new Outcome(matcher.results().map(r -> r.group(1)).toList(), origin.take());
  }

  /** The first request that reached the origin and can be read in more than one way. */
  public Optional<String> ambiguity() {
    return forwarded.stream()
        .map(raw -> Strict.ambiguity(raw).orElse(""))
        .filter(found -> !found.isEmpty())
        .findFirst();
  }

  /** Whether the first request got to the origin. */
  public boolean passed() {
    return forwarded.stream()
        .map(raw -> raw.lines().findFirst().orElse(""))
        .anyMatch(line -> !line.contains("/second "));
  }

  /** In few words. */
  public String summary() {
    String answered = statuses.isEmpty() ? "closed" : String.join(" ", statuses);
    String seen = forwarded.isEmpty() ? "" : ", " + forwarded.size() + " forwarded";
    return answered + seen + ambiguity().map(a -> ", AMBIGUOUS").orElse("");
  }
}
