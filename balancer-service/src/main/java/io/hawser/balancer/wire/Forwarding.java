package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a request says of the way that it came. From a peer that is not trusted all claims of
 * earlier hops are replaced; those of a trusted one are added to.
 *
 * @param address of the client's end of the connection
 * @param proto http or https
 * @param trusted whether the peer is a proxy of one's own
 */
public record Forwarding(String address, String proto, boolean trusted) {
  /** Set anew in each case. */
  private static final long REPLACED = Field.set(Field.X_FORWARDED_FOR);

  /** What a client may say of earlier hops, and only who is trusted is believed. */
  private static final long CLAIMS =
      Field.set(Field.FORWARDED, Field.X_FORWARDED, Field.X_REAL_IP, Field.X_FORWARDED_FOR);

  long drop() {
    return trusted ? REPLACED : CLAIMS;
  }

  void write(ByteBuf out, Head head, String host) {
    out.writeCharSequence("X-Forwarded-For: ", StandardCharsets.US_ASCII);
    if (trusted && head.has(Field.X_FORWARDED_FOR)) {
      for (int i = head.first(Field.X_FORWARDED_FOR); i < head.count(); i++) {
        if (head.kind(i) == Field.X_FORWARDED_FOR) {
          head.writeValue(out, i);
          out.writeCharSequence(", ", StandardCharsets.US_ASCII);
        }
      }
    }
    out.writeCharSequence(address, StandardCharsets.US_ASCII);
    if (!trusted || !head.has(Field.X_FORWARDED)) {
      out.writeCharSequence("\r\nX-Forwarded-Proto: ", StandardCharsets.US_ASCII);
      out.writeCharSequence(proto, StandardCharsets.US_ASCII);
      if (!host.isEmpty()) {
        out.writeCharSequence("\r\nX-Forwarded-Host: ", StandardCharsets.US_ASCII);
        out.writeCharSequence(host, StandardCharsets.US_ASCII);
      }
    }
    out.writeCharSequence("\r\n", StandardCharsets.US_ASCII);
  }
}
