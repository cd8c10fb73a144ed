package io.hawser.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.balancer.plane.Certificates;
import io.netty.handler.ssl.SslContext;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are renewed, one file after the other. */
class CertificatesTest {
  @TempDir Path dir;
  private Path live;
  private TestCertificate next;

  @BeforeEach
  void start() throws Exception {
    live = Files.createDirectory(dir.resolve("live"));
    Path staged = Files.createDirectory(dir.resolve("staged"));
    TestCertificate unused = TestCertificate.make(live, "default", "first");
    next = TestCertificate.make(staged, "default", "second");
  }

  private void replace(Path with) throws Exception {
    Path unused =
        Files.copy(with, live.resolve(with.getFileName()), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void between_a_new_certificate_and_its_key_the_old_pair_stays() throws Exception {
    Certificates certificates = new Certificates(live);
    SslContext first = certificates.of(null);

    replace(next.certificate());
    certificates.refresh();
    assertThat(certificates.of(null)).isSameAs(first);

    replace(next.key());
    certificates.refresh();
    assertThat(certificates.of(null)).isNotSameAs(first);
  }

  /** As after chown or chmod: neither changes a file's date or size. */
  @Test
  void a_pair_that_could_not_be_read_at_first_is_taken_in_when_it_can() throws Exception {
    Certificates certificates = new Certificates(live);
    SslContext first = certificates.of(null);
    byte[] key = Files.readAllBytes(next.key());
    Path liveKey = live.resolve("default.key");

    replace(next.certificate());
    write(liveKey, new byte[key.length]);
    certificates.refresh();
    assertThat(certificates.of(null)).isSameAs(first);

    write(liveKey, key);
    certificates.refresh();
    assertThat(certificates.of(null)).isNotSameAs(first);
  }

  /** The date is the same each time. */
  private static void write(Path file, byte[] bytes) throws Exception {
    Path unusedWritten = Files.write(file, bytes);
    Path unusedDated = Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
  }

  @Test
  void a_pair_that_is_none_is_told_at_the_start() throws Exception {
    replace(next.key());

    assertThatThrownBy(() -> new Certificates(live))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage(
            live.resolve("default.key") + " is not the key of " + live.resolve("default.crt"));
  }
}
