package io.hawser.balancer.proxy;

import io.hawser.balancer.wire.Body;
import io.hawser.balancer.wire.Head;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rest of an answer that nobody wants, if it is short, so that its connection can be used
 * again.
 */
final class Discard implements Back.Holder {
  private static final int MAX_BYTES = 65_536;

  private final Back back;
  private final boolean keep;
  private int bytes;

  /**
   * @param keep whether the connection can be used again
   */
  Discard(Back back, boolean keep) {
    this.back = back;
    this.keep = keep;
  }

  @Override
  public void information(Head head) {
    back.abandon();
  }

  @Override
  public void answered(Head head, Body body) {
    back.abandon();
  }

  @Override
  public void answerPiece(ByteBuf piece) {
    bytes += piece.readableBytes();
    piece.release();
    if (bytes > MAX_BYTES) {
      back.abandon();
    }
  }

  @Override
  public void answerEnded(byte[] trailers) {
    back.release(keep);
  }

  @Override
  public void garbled(String detail) {
    back.abandon();
  }

  @Override
  public void lost(boolean begun, Back.Loss how) {}

  @Override
  public boolean uploadFailed() {
    return false;
  }

  @Override
  public void instanceWritable(boolean writable) {}

  @Override
  public boolean instanceHalfClosed() {
    return false;
  }

  @Override
  public @Nullable Front front() {
    return null;
  }
}
