package io.hawser.drill.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A complete answer. The bytes are not to be changed. */
public final class HttpReply {
  private final int status;
  private final String head;
  private final byte[] body;
  private final boolean reusable;

  HttpReply(int status, String head, byte[] body, boolean reusable) {
    this.status = status;
    this.head = head;
    this.body = body;
    this.reusable = reusable;
  }

  public int status() {
    return status;
  }

  public boolean ok() {
    return status / 100 == 2;
  }

  /** The value of a header; empty when there is none. */
  public String header(String name) {
    return Heads.value(head, name);
  }

  public byte[] body() {
    return Arrays.copyOf(body, body.length);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Whether the connection may take another request. */
  boolean reusable() {
    return reusable;
  }
}
