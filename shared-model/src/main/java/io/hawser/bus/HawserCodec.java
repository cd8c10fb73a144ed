package io.hawser.bus;

import io.hawser.model.HawserMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/**
 * The one codec of the bus. Within a JVM the same instance is handed over; between JVMs the bytes
 * of {@link WireFormat} travel, and are decoded only where {@link Bus} asks for it, so that
 * unreadable bytes are one subscriber's refusal and nobody's crash.
 */
final class HawserCodec implements MessageCodec<Object, Object> {
  /** Precedes every message on the wire, hence so short. */
  static final String NAME = "h";

  /** Bytes that could not be read, in place of the message. */
  record Unreadable(String why, boolean unknownType) {}

  private final WireFormat format;

  HawserCodec(WireFormat format) {
    this.format = format;
  }

  @Override
  public void encodeToWire(Buffer out, Object message) {
    Buffer bytes = format.encode((HawserMessage) message);
    out.appendInt(bytes.length()).appendBuffer(bytes);
  }

  @Override
  public Object decodeFromWire(int at, Buffer in) {
    int length = in.getInt(at);
    try {
      return format.decode(in.slice(at + 4, at + 4 + length));
    } catch (WireException e) {
      return new Unreadable(String.valueOf(e.getMessage()), e.unknownType());
    } catch (RuntimeException e) {
      return new Unreadable(e.toString(), false);
    }
  }

  @Override
  public Object transform(Object message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
