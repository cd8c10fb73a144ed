package io.hawser.storage.transport;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Frames that wait for a socket: added on any thread, written on the socket's event loop, many at
 * once. While the other side does not read, nothing more is read from it either, so that what waits
 * here is bounded by what it has asked for.
 */
final class Outbox {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final Context context;
  private final NetSocket socket;
  private final Valve valve;
  private final Queue<Buffer> frames = new ConcurrentLinkedQueue<>();
  private boolean holding;
  private final AtomicBoolean scheduled = new AtomicBoolean();

  Outbox(Context context, NetSocket socket, Valve valve) {
    this.valve = valve;
    this.context = context;
    this.socket = socket;
  }

  void add(Buffer frame) {
    frames.add(frame);
    schedule();
  }

  private void schedule() {
    if (scheduled.compareAndSet(false, true)) {
      context.runOnContext(none -> write());
    }
  }

  private void write() {
    scheduled.set(false);
    while (!frames.isEmpty()) {
      if (socket.writeQueueFull()) {
        waitForDrain();
        return;
      }
      Buffer chunk = Buffer.buffer();
      for (Buffer frame = frames.poll(); frame != null; frame = frames.poll()) {
        chunk.appendBuffer(frame);
        if (chunk.length() >= CHUNK_BYTES) {
          break;
        }
      }
      // A failed write is a closed socket, which its close handler sees.
      socket.write(chunk).onFailure(gone -> frames.clear());
    }
  }

  private void waitForDrain() {
    if (!holding) {
      holding = true;
      valve.hold();
      socket.drainHandler(
          none -> {
            if (holding) {
              holding = false;
              valve.release();
              schedule();
            }
          });
    }
  }
}
