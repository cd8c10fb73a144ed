package io.hawser.bench.gateway.soak;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A client's connection, one request at a time. Owned by one thread. */
final class Client implements AutoCloseable {
  private static final int PIECE = 65_536;
  private static final int PATIENCE_MS = 60_000;

  private final Socket socket;
  private boolean last;

  Client(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /**
   * @param socket that is connected
   */
  Client(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
  }

  /** Sends a request without a body, and reads its answer. */
  long get(String path) throws IOException {
    send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
    return answer(200);
  }

  void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Sends a request with a body of so many bytes; returns how many its origin counted. */
  long put(String path, long bytes) throws IOException {
    send("PUT " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + bytes + "\r\n\r\n");
    byte[] piece = new byte[PIECE];
    for (long left = bytes; left > 0; left -= PIECE) {
      socket.getOutputStream().write(piece, 0, (int) Math.min(left, PIECE));
    }
    InputStream in = socket.getInputStream();
    long length = head(in, 200);
    return Long.parseLong(new String(in.readNBytes((int) length), StandardCharsets.US_ASCII));
  }

  /**
   * Reads an answer.
   *
   * @return the bytes of its body
   * @throws IOException also when it has another status
   */
  long answer(int status) throws IOException {
    InputStream in = socket.getInputStream();
    long length = head(in, status);
    byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, length))];
    long left = length;
    while (left > 0) {
      int n = in.read(piece, 0, (int) Math.min(piece.length, left));
      if (n < 0) {
        throw new EOFException("the answer ended with " + left + " bytes to come");
      }
      left -= n;
    }
    return length;
  }

  /** Whether the last answer said that no other comes. */
  boolean last() {
    return last;
  }

  /** Whether the peer has ended, while nothing was asked. */
  boolean ended() throws IOException {
    socket.setSoTimeout(1);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } finally {
      socket.setSoTimeout(PATIENCE_MS);
    }
  }

  /** Whether the peer has something to say, or has ended. */
  boolean heard() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  private long head(InputStream in, int status) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the connection ended in the head: " + head);
      }
      head.append((char) c);
    }
    if (!head.toString().startsWith("HTTP/1.1 " + status)) {
      throw new IOException("instead of " + status + ": " + head.substring(0, 12));
    }
    last = head.indexOf("\r\nConnection: close") >= 0;
    for (String line : head.toString().toLowerCase(Locale.ROOT).lines().toList()) {
      if (line.startsWith("content-length:")) {
        return Long.parseLong(line.substring(15).strip());
      }
    }
    return 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
