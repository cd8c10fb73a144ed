package io.hawser.drill.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes the bytes of a request. */
public final class HttpRequest {
  private HttpRequest() {}

  /** A request without a body. */
  public static byte[] bytes(String method, String path, Map<String, String> headers) {
    return head(method, path, headers, "").getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A request with a body. */
  public static byte[] bytes(String method, String path, Map<String, String> headers, byte[] body) {
    String length = "Content-Length: " + body.length + "\r\n";
    byte[] head = head(method, path, headers, length).getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream(head.length + body.length);
    all.writeBytes(head);
    all.writeBytes(body);
    return all.toByteArray();
  }

  private static String head(String method, String path, Map<String, String> headers, String more) {
    StringBuilder head = new StringBuilder(256).append(method).append(' ').append(path);
    head.append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append(more).append("\r\n").toString();
  }
}
