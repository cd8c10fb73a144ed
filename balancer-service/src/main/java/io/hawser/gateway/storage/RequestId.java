package io.hawser.gateway.storage;

import io.hawser.bus.WireFormat;
import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageMessage.Write;
import io.hawser.model.StorageOp;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Under which name a request with an Idempotency-Key is done once: a digest of that key and of all
 * that the request asks for. Another request under the same key is another one, never answered with
 * what the first one did.
 */
final class RequestId {
  private static final WireFormat FORMAT = new WireFormat(List.of());

  private RequestId() {}

  /** 64 hexadecimal digits, the same for the same request at every node of this version. */
  static String of(String idempotencyKey, String group, StorageOp op) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(idempotencyKey.getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(FORMAT.encode(new Write(group, new Mutation("", 1, 1, op))).getBytes());
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
