package io.hawser.bench.storage;

import io.hawser.drill.wire.AnswerBuffer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One kept-alive connection with at most one request under way. Not thread-safe. */
final class Pipe {
  final AnswerBuffer answers = new AnswerBuffer();
  long intendedNs;
  private final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer out = ByteBuffer.allocate(0);

  Pipe(InetSocketAddress target, Selector selector) throws IOException {
    channel = SocketChannel.open(target);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    var unused = channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /** Sends a request, as far as the socket takes it. */
  void send(byte[] request, long startNs) throws IOException {
    intendedNs = startNs;
    out = ByteBuffer.wrap(request);
    flush();
  }

  /** Sends the rest, as far as the socket takes it. */
  void flush() throws IOException {
    var unused = channel.write(out);
    var unusedToo =
        key.interestOps(
            out.hasRemaining()
                ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                : SelectionKey.OP_READ);
  }

  /** Reads what has come; false at the end. */
  boolean read() throws IOException {
    return answers.readFrom(channel) >= 0;
  }

  void close() throws IOException {
    channel.close();
  }
}
