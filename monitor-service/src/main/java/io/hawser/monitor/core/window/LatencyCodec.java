package io.hawser.monitor.core.window;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.HdrHistogram.Histogram;

/**
 * Reads the histograms that balancers send: HdrHistogram's V2 encoding, plain or deflated, as
 * base64. What claims to be larger than a balancer's histogram can be is not unpacked.
 */
final class LatencyCodec {
  static final int MAX_TEXT = 256 * 1024;
  static final int MAX_UNPACKED = 1024 * 1024;
  static final int MAX_DIGITS = 3;

  /**
   * The cookies, with the word size of 1 in bits 4 to 7, as in HdrHistogram's AbstractHistogram.
   */
  private static final int PLAIN = 0x1c849313;

  private static final int DEFLATED = 0x1c849314;
  private static final int DEFLATED_HEADER = 8;
  private static final int DIGITS_AT = 12;

  private LatencyCodec() {}

  /** The counts; none for an empty text; empty when it cannot be read. */
  static Optional<Latencies> decode(String base64) {
    if (base64.isEmpty()) {
      return Optional.of(Latencies.NONE);
    }
    if (base64.length() > MAX_TEXT) {
      return Optional.empty();
    }
    try {
      byte[] packed = Base64.getDecoder().decode(base64);
      ByteBuffer bytes = ByteBuffer.wrap(packed);
      if (bytes.getInt(0) == DEFLATED) {
        bytes = ByteBuffer.wrap(inflate(packed));
      }
      int digits = bytes.getInt(DIGITS_AT);
      if (bytes.getInt(0) != PLAIN || digits < 0 || digits > MAX_DIGITS) {
        return Optional.empty();
      }
      return Optional.of(Latencies.of(Histogram.decodeFromByteBuffer(bytes, 0)));
    } catch (DataFormatException | RuntimeException e) {
      // HdrHistogram and ByteBuffer answer broken bytes with many kinds of RuntimeException.
      return Optional.empty();
    }
  }

  private static byte[] inflate(byte[] packed) throws DataFormatException {
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(packed, DEFLATED_HEADER, packed.length - DEFLATED_HEADER);
      byte[] out = new byte[4096];
      int size = inflater.inflate(out);
      while (!inflater.finished() && out.length < MAX_UNPACKED && !inflater.needsInput()) {
        out = Arrays.copyOf(out, out.length * 2);
        size += inflater.inflate(out, size, out.length - size);
      }
      if (!inflater.finished()) {
        throw new DataFormatException("cut short, or longer than " + MAX_UNPACKED + " bytes");
      }
      return Arrays.copyOf(out, size);
    } finally {
      inflater.end();
    }
  }
}
