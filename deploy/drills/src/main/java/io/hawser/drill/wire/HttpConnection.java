package io.hawser.drill.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One kept-alive connection that does what it is told: no retries, no redirects. Blocks its thread,
 * which may be a virtual one. Not thread-safe.
 */
public final class HttpConnection implements AutoCloseable {
  private final Socket socket = new Socket();
  private final AnswerBuffer buffer = new AnswerBuffer();
  private boolean reusable;

  /** Connects. */
  public static HttpConnection open(InetSocketAddress target, int timeoutMs) throws IOException {
    HttpConnection connection = new HttpConnection();
    try {
      connection.socket.setTcpNoDelay(true);
      connection.socket.connect(target, timeoutMs);
      connection.reusable = true;
      return connection;
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether the last exchange left it fit for another. */
  public boolean reusable() {
    return reusable;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @throws SocketTimeoutException when it has not come in time; the connection is of no more use
   * @throws IOException when the connection broke: it is not known whether the request got there
   */
  public HttpReply exchange(byte[] request, int timeoutMs) throws IOException {
    reusable = false;
    long startNs = System.nanoTime();
    socket.getOutputStream().write(request);
    HttpReply reply = read(startNs, timeoutMs);
    reusable = reply.reusable();
    return reply;
  }

  private HttpReply read(long startNs, int timeoutMs) throws IOException {
    InputStream in = socket.getInputStream();
    Optional<HttpReply> reply = buffer.next();
    while (reply.isEmpty()) {
      long leftMs = timeoutMs - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
      if (leftMs <= 0) {
        throw new SocketTimeoutException("no answer within " + timeoutMs + " ms");
      }
      socket.setSoTimeout((int) leftMs);
      if (buffer.readFrom(in) < 0) {
        throw new EOFException("connection closed before the answer");
      }
      reply = buffer.next();
    }
    return reply.get();
  }

  @Override
  public void close() {
    reusable = false;
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
      return;
    }
  }
}
