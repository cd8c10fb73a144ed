package io.hawser.launcher;

import io.hawser.launcher.config.SettingsLoader;
import io.hawser.launcher.config.StartFailure;
import io.hawser.launcher.config.YamlFile;
import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceModule;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the service modules in {@code plugins/*.jar}. Each jar has a class loader of its own below
 * Hawser's: two plugins may bring different versions of a library, and neither replaces a class of
 * Hawser. A jar that cannot be used ends the start: a node that silently lacks a role is worse than
 * one that says why it does not run.
 */
final class Plugins {
  static final SettingKey<String> DIR =
      SettingKey.text(
          "plugins.dir",
          "",
          "Directory of plugin jars; empty means plugins/ in Hawser's home and in data.dir");

  /** So that a wrong directory, full of jars, is noticed as one. */
  static final int MAX_JARS = 64;

  private static final String HOME_PROPERTY = "hawser.home";
  private static final String SERVICES = "META-INF/services/" + ServiceModule.class.getName();
  private static final Logger log = LoggerFactory.getLogger(Plugins.class);

  private Plugins() {}

  /**
   * The directories to look in. They are needed before the settings are complete, as plugins have
   * settings of their own; so these two keys are looked up by themselves, with the usual order.
   */
  static List<Path> directories(
      Optional<Path> configFile, Map<String, String> environment, Map<String, String> flags) {
    Map<String, String> file = new HashMap<>();
    configFile.ifPresent(
        path -> YamlFile.read(path).forEach((key, value) -> file.put(key, value.text())));
    String named = early(DIR, file, environment, flags);
    if (!named.isBlank()) {
      Path dir = Path.of(named).toAbsolutePath().normalize();
      if (!Files.isDirectory(dir)) {
        throw new StartFailure(
            StartFailure.BAD_SETTINGS,
            "plugins.dir is "
                + dir
                + ", and there is no such directory. Make it, or leave the setting out.");
      }
      return List.of(dir);
    }
    Set<Path> found = new LinkedHashSet<>();
    String home = System.getProperty(HOME_PROPERTY, "");
    if (!home.isEmpty()) {
      found.add(Path.of(home, "plugins").toAbsolutePath().normalize());
    }
    String data = early(NodeSettings.DATA_DIR, file, environment, flags);
    found.add(Path.of(data, "plugins").toAbsolutePath().normalize());
    return found.stream().filter(Files::isDirectory).toList();
  }

  private static String early(
      SettingKey<String> key,
      Map<String, String> file,
      Map<String, String> environment,
      Map<String, String> flags) {
    String fromFile = file.getOrDefault(key.name(), key.defaultValue());
    String variable = SettingsLoader.variable(key.name());
    return flags.getOrDefault(key.name(), environment.getOrDefault(variable, fromFile));
  }

  /** The built-in modules and those of every jar in the directories. */
  static Modules addTo(Modules builtIn, List<Path> directories) {
    PluginCheck check = new PluginCheck(builtIn);
    List<ServiceModule> all = new ArrayList<>(builtIn.all());
    for (Path jar : jars(directories)) {
      List<PluginModule> modules = load(jar);
      modules.forEach(check::admit);
      all.addAll(modules);
      log.info(
          "plugin loaded jar={} roles={}", jar, modules.stream().map(PluginModule::role).toList());
    }
    return new Modules(all);
  }

  private static List<Path> jars(List<Path> directories) {
    List<Path> jars = new ArrayList<>();
    for (Path dir : directories) {
      try (Stream<Path> files = Files.list(dir)) {
        files.filter(file -> file.toString().endsWith(".jar")).sorted().forEach(jars::add);
      } catch (IOException e) {
        throw new StartFailure(
            StartFailure.BAD_SETTINGS, "The plugin directory " + dir + " cannot be read: " + e, e);
      }
    }
    if (jars.size() > MAX_JARS) {
      throw new StartFailure(
          StartFailure.BAD_SETTINGS,
          directories
              + " hold "
              + jars.size()
              + " jars, and at most "
              + MAX_JARS
              + " are loaded. Is plugins.dir right? A plugin's libraries belong inside of its"
              + " jar.");
    }
    return jars;
  }

  /** The modules that the jar itself names. */
  private static List<PluginModule> load(Path jar) {
    ClassLoader loader = loader(jar);
    List<PluginModule> modules = new ArrayList<>();
    try {
      // The loader finds Hawser's own modules too: those are loaded already.
      ServiceLoader.load(ServiceModule.class, loader).stream()
          .filter(provider -> loader.equals(provider.type().getClassLoader()))
          .forEach(provider -> modules.add(PluginModule.describe(jar, loader, provider.get())));
    } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
      throw e instanceof StartFailure refused ? refused : PluginModule.refuse(jar, e);
    }
    if (modules.isEmpty()) {
      throw PluginModule.refuse(
          jar,
          "it names no ServiceModule of its own in "
              + SERVICES
              + " (a library? Those belong inside of the plugin's jar)");
    }
    return modules;
  }

  /** Stays open for as long as the JVM runs: classes are loaded when they are first used. */
  private static ClassLoader loader(Path jar) {
    try {
      return new URLClassLoader(
          "plugin " + jar.getFileName(),
          new URL[] {jar.toUri().toURL()},
          ServiceModule.class.getClassLoader());
    } catch (MalformedURLException e) {
      throw PluginModule.refuse(jar, e);
    }
  }
}
