package io.hawser.launcher;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A certificate authority in a directory, made with the JDK's keytool. */
final class Certificates {
  private static final String PASSWORD = "changeit";

  private final Path dir;

  private Certificates(Path dir) {
    this.dir = dir;
  }

  static Certificates authority(Path dir) throws Exception {
    Certificates made = new Certificates(Files.createDirectories(dir));
    made.keytool("-alias", "ca", "-dname", "CN=ca of " + dir.getFileName(), "-ext", "bc:c");
    made.write("ca", "CERTIFICATE", made.store().getCertificate("ca").getEncoded());
    return made;
  }

  /** The settings of a node with a certificate of this authority. */
  Map<String, String> settings(String node) throws Exception {
    keytool("-alias", node, "-dname", "CN=" + node, "-signer", "ca");
    KeyStore store = store();
    return Map.of(
        "bus.tls.enabled",
        "true",
        "bus.tls.ca-file",
        dir.resolve("ca.pem").toString(),
        "bus.tls.cert-file",
        write(node, "CERTIFICATE", store.getCertificate(node).getEncoded()),
        "bus.tls.key-file",
        write(
            node + "-key",
            "PRIVATE KEY",
            requireNonNull(store.getKey(node, PASSWORD.toCharArray())).getEncoded()));
  }

  private String write(String name, String kind, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String pem = "-----BEGIN " + kind + "-----\n" + base64 + "\n-----END " + kind + "-----\n";
    return Files.writeString(dir.resolve(name + ".pem"), pem).toString();
  }

  private KeyStore store() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(dir.resolve("keys.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private void keytool(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-keystore", dir.resolve("keys.p12").toString(), "-validity", "2"));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    command.addAll(List.of(arguments));
    Path said = dir.resolve("keytool.out");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
      Process unused = process.destroyForcibly();
      throw new AssertionError("keytool failed: " + Files.readString(said, StandardCharsets.UTF_8));
    }
  }
}
