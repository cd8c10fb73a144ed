package io.hawser.cli.demo;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the jar of the sample backend: beside the libraries of an unpacked Hawser, or where the
 * build of a checkout puts it.
 */
public final class EchoJar {
  private static final String PATTERN = "echo-service-*.jar";

  private EchoJar() {}

  /** The newest of them. */
  public static Path find() {
    String home = System.getProperty(Cli.HOME_PROPERTY, ".");
    for (String folder : new String[] {"examples", "deploy/examples/echo-service/target"}) {
      Optional<Path> jar = newest(Path.of(home, folder));
      if (jar.isPresent()) {
        return jar.get().toAbsolutePath().normalize();
      }
    }
    throw new CliFailure(
        ExitCode.ENVIRONMENT,
        "the sample backend is not built",
        "no " + PATTERN + " under " + home,
        "build everything:  mvn -DskipTests package");
  }

  private static Optional<Path> newest(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, PATTERN)) {
      Path newest = null;
      for (Path jar : jars) {
        if (newest == null
            || Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(newest)) > 0) {
          newest = jar;
        }
      }
      return Optional.ofNullable(newest);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
