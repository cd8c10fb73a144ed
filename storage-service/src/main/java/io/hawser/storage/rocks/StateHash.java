package io.hawser.storage.rocks;

import io.hawser.storage.core.Applied;
import io.hawser.storage.core.SortedView;
import io.hawser.storage.core.Space;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A replica's content as a number: replicas that applied the same entries have the same.
 *
 * @param appliedIndex the last entry that is in it
 * @param hash SHA-256 over all keys and values in their order, in hex
 */
public record StateHash(long appliedIndex, String hash) {
  private static final int LENGTHS = 1 + 2 * Integer.BYTES;

  /**
   * @param view must not change meanwhile
   */
  static StateHash of(SortedView view) {
    MessageDigest digest = sha256();
    ByteBuffer lengths = ByteBuffer.allocate(LENGTHS);
    for (Space space : Space.values()) {
      view.scan(
          space,
          new byte[0],
          (key, value) -> {
            lengths.clear().put(space.number()).putInt(key.length).putInt(value.length);
            digest.update(lengths.array());
            digest.update(key);
            digest.update(value);
            return true;
          });
    }
    return new StateHash(Applied.read(view).index(), HexFormat.of().formatHex(digest.digest()));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
