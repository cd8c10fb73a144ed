package io.hawser.storage.transport;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.parsetools.RecordParser;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;

/**
 * What goes over a connection: a length of four bytes, then a frame of it: kind, call number,
 * message number, message. A connection begins with a {@link Greeting} and its answer.
 */
final class Frames {
  static final byte GREETING = 1;
  static final byte WELCOME = 2;
  static final byte REFUSAL = 3;
  static final byte REQUEST = 4;
  static final byte RESPONSE = 5;

  /** Bytes of a frame before the message. */
  static final int HEADER = 1 + Long.BYTES + 1;

  /** The longest frame. JRaft's are half a megabyte plus one entry, or a part of a file. */
  static final int MAX_BYTES = 16 * 1024 * 1024;

  /** The longest greeting, or answer to one: who sends it is not known yet. */
  static final int MAX_GREETING_BYTES = 1024;

  private Frames() {}

  /**
   * Calls the handler with each frame, without its length.
   *
   * @param limit how long the next one may be
   */
  static Handler<Buffer> parser(IntSupplier limit, Handler<byte[]> frames, Runnable tooLong) {
    RecordParser parser = RecordParser.newFixed(Integer.BYTES);
    boolean[] inFrame = {false};
    parser.handler(
        bytes -> {
          if (inFrame[0]) {
            inFrame[0] = false;
            parser.fixedSizeMode(Integer.BYTES);
            frames.handle(bytes.getBytes());
            return;
          }
          int length = bytes.getInt(0);
          if (length < 1 || length > limit.getAsInt()) {
            tooLong.run();
            return;
          }
          inFrame[0] = true;
          parser.fixedSizeMode(length);
        });
    return parser;
  }

  static void append(Buffer out, byte kind, long call, int message, byte[] body) {
    out.appendInt(HEADER + body.length)
        .appendByte(kind)
        .appendLong(call)
        .appendByte((byte) message)
        .appendBytes(body);
  }

  static Buffer text(byte kind, byte[] text) {
    return Buffer.buffer().appendInt(1 + text.length).appendByte(kind).appendBytes(text);
  }

  static long call(byte[] frame) {
    return ByteBuffer.wrap(frame).getLong(1);
  }

  static WireMessage type(byte[] frame) throws InvalidProtocolBufferException {
    if (frame.length < HEADER) {
      throw new InvalidProtocolBufferException("a frame of " + frame.length + " bytes");
    }
    return WireMessage.of(frame[HEADER - 1]);
  }

  static Message message(byte[] frame) throws InvalidProtocolBufferException {
    return type(frame).parse(frame, HEADER);
  }
}
