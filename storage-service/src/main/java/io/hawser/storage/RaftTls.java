package io.hawser.storage;

import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.hawser.storage.transport.TransportTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** TLS between Raft ports: certificates on both sides, as on the bus. */
final class RaftTls {
  static final SettingKey<Boolean> ENABLED =
      SettingKey.flag(
          "raft.tls.enabled", false, "TLS with client certificates between nodes' Raft ports");
  static final SettingKey<String> CERT_FILE =
      SettingKey.text("raft.tls.cert-file", "", "This node's certificate (PEM)");
  static final SettingKey<String> KEY_FILE =
      SettingKey.text("raft.tls.key-file", "", "Its private key (PEM, PKCS#8, not encrypted)");
  static final SettingKey<String> CA_FILE =
      SettingKey.text("raft.tls.ca-file", "", "The CA that signs for this cluster's nodes (PEM)");

  private RaftTls() {}

  static List<SettingKey<?>> settings() {
    return List.of(ENABLED, CERT_FILE, KEY_FILE, CA_FILE);
  }

  /**
   * @throws IllegalArgumentException when TLS is enabled and a file is missing
   */
  static Optional<TransportTls> read(Settings settings) {
    return settings.get(ENABLED)
        ? Optional.of(
            new TransportTls(
                file(settings, CERT_FILE), file(settings, KEY_FILE), file(settings, CA_FILE)))
        : Optional.empty();
  }

  private static String file(Settings settings, SettingKey<String> key) {
    String text = settings.get(key);
    if (text.isBlank()) {
      throw new IllegalArgumentException("raft.tls.enabled needs " + key.name());
    }
    Path file = Path.of(text).toAbsolutePath();
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          key.name() + " is " + file + ", which is no file that can be read");
    }
    return file.toString();
  }
}
