package io.hawser.plugin;

import static java.util.Objects.requireNonNull;

import io.hawser.service.ServiceModule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Compiles a plugin against the class path of the test, with the compiler of this JVM: what a
 * plugin's author does with Maven, without a Maven in a Maven.
 */
public final class PluginJar {
  private static final String SERVICES = "META-INF/services/" + ServiceModule.class.getName();

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final List<String> left = new ArrayList<>();

  private PluginJar() {}

  public static PluginJar named(String moduleClass) {
    PluginJar jar = new PluginJar();
    jar.entries.put(SERVICES, moduleClass.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    return jar;
  }

  /** A jar without a line for a module. */
  public static PluginJar library() {
    return new PluginJar();
  }

  /** All sources and resources of a Maven module. */
  public static PluginJar of(Path module) {
    PluginJar jar = new PluginJar();
    Path java = module.resolve("src/main/java");
    Path resources = module.resolve("src/main/resources");
    files(java).forEach(f -> jar.sources.put(java.relativize(f).toString(), text(f)));
    files(resources).forEach(f -> jar.entries.put(resources.relativize(f).toString(), bytes(f)));
    return jar;
  }

  /** Adds a class of the package {@code plugin}. */
  public PluginJar with(String simpleName, String source) {
    sources.put(
        "plugin/" + simpleName + ".java",
        "package plugin;\n"
            + "import io.hawser.service.*;\nimport io.hawser.node.*;\nimport io.hawser.model.*;\n"
            + "import java.util.*;\n"
            + source);
    return this;
  }

  /** Leaves a class out that the others were compiled with. */
  public PluginJar without(String simpleName) {
    left.add("plugin/" + simpleName + ".class");
    return this;
  }

  /** Marks every class as one of a Java version that nobody has yet. */
  public Path writeForLaterJava(Path jar) {
    return write(jar, true);
  }

  public Path write(Path jar) {
    return write(jar, false);
  }

  private Path write(Path jar, boolean laterJava) {
    try {
      Path work = Files.createTempDirectory(requireNonNull(jar.getParent()), "classes");
      compile(work);
      Map<String, byte[]> all = new LinkedHashMap<>(entries);
      files(work.resolve("out"))
          .forEach(f -> all.put(work.resolve("out").relativize(f).toString(), bytes(f)));
      left.forEach(all::remove);
      try (OutputStream out = Files.newOutputStream(jar);
          ZipOutputStream zip = new ZipOutputStream(out)) {
        for (Map.Entry<String, byte[]> entry : all.entrySet()) {
          byte[] content = entry.getValue();
          if (laterJava && entry.getKey().endsWith(".class")) {
            content[6] = (byte) 0xF0;
          }
          zip.putNextEntry(new ZipEntry(entry.getKey()));
          zip.write(content);
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compile(Path work) throws IOException {
    Path out = Files.createDirectories(work.resolve("out"));
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve("src").resolve(source.getKey());
      Path unused = Files.createDirectories(requireNonNull(file.getParent()));
      files.add(Files.writeString(file, source.getValue()));
    }
    if (files.isEmpty()) {
      return;
    }
    JavaCompiler javac = requireNonNull(ToolProvider.getSystemJavaCompiler());
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = javac.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "--release",
              "21",
              "-proc:none",
              "-d",
              out.toString(),
              "-cp",
              System.getProperty("java.class.path"));
      if (!javac
          .getTask(said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
          .call()) {
        throw new AssertionError("the plugin does not compile:\n" + said);
      }
    }
  }

  private static List<Path> files(Path dir) {
    if (!Files.isDirectory(dir)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(dir)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
