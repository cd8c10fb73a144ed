package io.hawser.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Many connections that wait, one request each, for the same list to change, and wait again as soon
 * as they are answered. One thread serves all.
 */
final class Watchers implements AutoCloseable {
  private static final Pattern INDEX =
      Pattern.compile("x-hawser-index: *([^\\r\\n]+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern LENGTH =
      Pattern.compile("content-length: *([0-9]+)", Pattern.CASE_INSENSITIVE);
  private static final int BUFFER = 16 * 1024;

  private final InetSocketAddress address;
  private final String path;
  private final Selector selector;
  private final List<Long> times = new ArrayList<>();
  private volatile boolean over;
  private volatile int answered;

  /** What has come over one connection, as text. */
  private static final class Line {
    private final StringBuilder text = new StringBuilder();
    private String state = "";
  }

  private Watchers(InetSocketAddress address, String path) throws IOException {
    this.address = address;
    this.path = path;
    this.selector = Selector.open();
  }

  static Watchers open(int port, String path) throws IOException {
    Watchers watchers =
        new Watchers(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), path);
    Thread unused = Thread.ofPlatform().daemon().name("watchers").start(watchers::serve);
    return watchers;
  }

  /** Connects so many more. Their first request is answered at once and not counted. */
  void add(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(address);
      channel.configureBlocking(false);
      ask(channel, "");
      SelectionKey unused = channel.register(selector, SelectionKey.OP_READ, new Line());
      var unusedToo = selector.wakeup();
    }
  }

  private void ask(SocketChannel channel, String query) throws IOException {
    String request = "GET " + path + query + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
    while (bytes.hasRemaining()) {
      int unused = channel.write(bytes);
    }
  }

  private void serve() {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (!over) {
      try {
        int unused = selector.select(100);
        for (SelectionKey key : selector.selectedKeys()) {
          read(key, buffer);
        }
        selector.selectedKeys().clear();
      } catch (IOException e) {
        // One that is lost is missed by whoever counts the answers.
        selector.selectedKeys().clear();
      }
    }
  }

  private void read(SelectionKey key, ByteBuffer buffer) throws IOException {
    SocketChannel channel = (SocketChannel) key.channel();
    Line line = (Line) key.attachment();
    buffer.clear();
    int count = channel.read(buffer);
    if (count < 0) {
      channel.close();
      return;
    }
    buffer.flip();
    line.text.append(StandardCharsets.ISO_8859_1.decode(buffer));
    int head = line.text.indexOf("\r\n\r\n");
    Matcher length = LENGTH.matcher(line.text);
    if (head < 0 || !length.find()) {
      return;
    }
    int whole = head + 4 + Integer.parseInt(length.group(1));
    Matcher index = INDEX.matcher(line.text);
    if (line.text.length() >= whole && index.find()) {
      String state = index.group(1);
      // A wait that ends without a change is begun anew, and does not count.
      if (!line.state.isEmpty() && !line.state.equals(state)) {
        note();
      }
      line.state = state;
      line.text.setLength(0);
      ask(channel, "?wait=60s&index=" + state);
    }
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  private void note() {
    synchronized (times) {
      times.add(System.nanoTime());
    }
    answered++;
  }

  /** How many waits have ended with a change. */
  int answered() {
    return answered;
  }

  /** When those ended that have not been taken yet. */
  List<Long> takeTimes() {
    synchronized (times) {
      List<Long> taken = List.copyOf(times);
      times.clear();
      return taken;
    }
  }

  @Override
  public void close() throws IOException {
    over = true;
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
