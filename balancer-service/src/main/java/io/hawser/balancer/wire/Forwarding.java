package io.hawser.balancer.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * What a request says of the way that it came. From a peer that is not trusted all claims of
 * earlier hops are replaced; those of a trusted one are added to. Immutable: one for each
 * connection.
 */
public final class Forwarding {
  /** Set anew in each case. */
  private static final long REPLACED = Field.set(Field.X_FORWARDED_FOR, Field.FORWARDED);

  /** What a client may say of earlier hops, and only who is trusted is believed. */
  private static final long CLAIMS =
      Field.set(Field.FORWARDED, Field.X_FORWARDED, Field.X_REAL_IP, Field.X_FORWARDED_FOR);

  private static final byte[] FOR = bytes("X-Forwarded-For: ");
  private static final byte[] FORWARDED = bytes("Forwarded: ");
  private static final byte[] COMMA = bytes(", ");
  private static final byte[] HOST = bytes("X-Forwarded-Host: ");
  private static final byte[] END = bytes("\r\n");

  private final String address;
  private final boolean trusted;
  private final byte[] forLine;
  private final byte[] forwardedLine;
  private final byte[] protoLine;

  /**
   * @param address of the client's end of the connection
   * @param proto http or https
   * @param trusted whether the peer is a proxy of one's own
   */
  public Forwarding(String address, String proto, boolean trusted) {
    this.address = address;
    this.trusted = trusted;
    this.forLine = bytes(address + "\r\n");
    String node = address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    this.forwardedLine = bytes("for=" + node + ";proto=" + proto + "\r\n");
    this.protoLine = bytes("X-Forwarded-Proto: " + proto + "\r\n");
  }

  public String address() {
    return address;
  }

  public boolean trusted() {
    return trusted;
  }

  long drop() {
    return trusted ? REPLACED : CLAIMS;
  }

  void write(ByteBuf out, Head head, String host) {
    out.writeBytes(FOR);
    if (trusted) {
      claims(out, head, Field.X_FORWARDED_FOR);
    }
    out.writeBytes(forLine);
    if (trusted && head.has(Field.FORWARDED)) {
      out.writeBytes(FORWARDED);
      claims(out, head, Field.FORWARDED);
      out.writeBytes(forwardedLine);
    }
    if (!claimed(head, "x-forwarded-proto")) {
      out.writeBytes(protoLine);
    }
    if (!host.isEmpty() && !claimed(head, "x-forwarded-host")) {
      out.writeBytes(HOST);
      out.writeCharSequence(host, StandardCharsets.US_ASCII);
      out.writeBytes(END);
    }
  }

  /** Whether a peer that is believed has said so already. */
  private boolean claimed(Head head, String name) {
    return trusted && head.has(Field.X_FORWARDED) && !head.valueOf(name).isEmpty();
  }

  private static void claims(ByteBuf out, Head head, int field) {
    for (int i = head.fields().first(field); head.has(field) && i < head.count(); i++) {
      if (head.kind(i) == field) {
        head.fields().writeValue(out, i);
        out.writeBytes(COMMA);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
