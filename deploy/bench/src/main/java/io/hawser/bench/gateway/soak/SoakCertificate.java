package io.hawser.bench.gateway.soak;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/** A certificate that signs itself, and its key, made by keytool and written as PEM. */
final class SoakCertificate {
  private static final char[] PASSWORD = "password".toCharArray();
  private static final String ALIAS = "it";

  private SoakCertificate() {}

  /** Makes one of this name, and puts it in the place of the default one of the directory. */
  static void put(Path directory, String subject) {
    try {
      Files.createDirectories(directory);
      Path store = Files.createTempFile(subject, ".p12");
      Files.delete(store);
      make(store, subject);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(store)) {
        keys.load(in, PASSWORD);
      }
      Files.delete(store);
      // One after the other, as whoever renews certificates does.
      pem(directory, "default.crt", "CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
      pem(directory, "default.key", "PRIVATE KEY", keys.getKey(ALIAS, PASSWORD).getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void make(Path store, String subject) throws IOException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + subject,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (keytool.waitFor() != 0) {
        throw new CliFailure(ExitCode.ENVIRONMENT, "keytool makes no certificate", said, "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void pem(Path directory, String name, String what, byte[] bytes)
      throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Path fresh = directory.resolve(name + ".new");
    Files.writeString(
        fresh, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    Path unused = Files.move(fresh, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
