package io.hawser.bus;

import io.hawser.model.Blob;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** Writes and reads the types of fixed form. */
@SuppressWarnings("ImmutableEnumChecker") // the defaults are immutable
enum Scalar implements FieldCodec {
  INT(0) {
    @Override
    public void write(Buffer out, Object value) {
      out.appendInt((Integer) value);
    }

    @Override
    public Object read(WireReader in) {
      return in.readInt();
    }
  },
  LONG(0L) {
    @Override
    public void write(Buffer out, Object value) {
      out.appendLong((Long) value);
    }

    @Override
    public Object read(WireReader in) {
      return in.readLong();
    }
  },
  DOUBLE(0.0) {
    @Override
    public void write(Buffer out, Object value) {
      out.appendDouble((Double) value);
    }

    @Override
    public Object read(WireReader in) {
      return in.readDouble();
    }
  },
  BOOLEAN(false) {
    @Override
    public void write(Buffer out, Object value) {
      out.appendByte((byte) ((Boolean) value ? 1 : 0));
    }

    @Override
    public Object read(WireReader in) {
      return in.readByte() != 0;
    }
  },
  STRING("") {
    @Override
    public void write(Buffer out, Object value) {
      byte[] utf8 = ((String) value).getBytes(StandardCharsets.UTF_8);
      out.appendInt(utf8.length).appendBytes(utf8);
    }

    @Override
    public Object read(WireReader in) {
      return in.readString();
    }
  },
  BLOB(Blob.EMPTY) {
    @Override
    public void write(Buffer out, Object value) {
      byte[] bytes = ((Blob) value).unsafeBytes();
      out.appendInt(bytes.length).appendBytes(bytes);
    }

    @Override
    public Object read(WireReader in) {
      return Blob.wrap(in.readBytes());
    }
  };

  private final transient Object missing;

  Scalar(Object missing) {
    this.missing = missing;
  }

  @Override
  public Object missing() {
    return missing;
  }
}
