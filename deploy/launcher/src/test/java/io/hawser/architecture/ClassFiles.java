package io.hawser.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The class files of every module, as the compiler left them: whatever is built before the launcher
 * is up to date.
 */
final class ClassFiles {
  private static final int MODULE_DEPTH = 4;
  private static final String PLANTED = "/io/hawser/architecture/planted/";

  /** What JMH makes of the measurements. */
  private static final String GENERATED = "/jmh_generated/";

  private ClassFiles() {}

  /** What is shipped. */
  static JavaClasses main() {
    return in("target/classes");
  }

  /** What is shipped and the tests of it, without what is planted. */
  static JavaClasses mainAndTests() {
    return in("target/classes", "target/test-classes");
  }

  /** The classes that break the rules on purpose. */
  static JavaClasses planted() {
    return new ClassFileImporter().importPackages(ClassFiles.class.getPackageName() + ".planted");
  }

  private static JavaClasses in(String... directories) {
    List<Path> paths =
        modules().stream()
            .flatMap(module -> Stream.of(directories).map(module::resolve))
            .filter(Files::isDirectory)
            .toList();
    return new ClassFileImporter()
        .withImportOption(location -> !location.contains(PLANTED))
        .withImportOption(location -> !location.contains(GENERATED))
        .importPaths(paths);
  }

  private static List<Path> modules() {
    try (Stream<Path> found =
        Files.find(root(), MODULE_DEPTH, (p, a) -> p.endsWith("pom.xml") && a.isRegularFile())) {
      return found
          .filter(ClassFiles::ofTheBuild)
          .map(Path::getParent)
          .flatMap(p -> Optional.ofNullable(p).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Not so the example of a plugin, which has a POM without a parent, as plugins of users have. */
  private static boolean ofTheBuild(Path pom) {
    try {
      return Files.readString(pom).contains("<parent>");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve(".mvn"))) {
        return at;
      }
    }
    throw new IllegalStateException(start + " is not within the repository");
  }
}
