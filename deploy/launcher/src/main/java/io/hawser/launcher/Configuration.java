package io.hawser.launcher;

import io.hawser.launcher.config.SettingsLoader;
import io.hawser.launcher.config.SettingsReference;
import io.hawser.launcher.config.SettingsReference.Section;
import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.hawser.service.ServiceModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The settings of a node, to be looked at without starting it. */
public final class Configuration {
  private static final String DEFAULT = "default";

  /**
   * A setting.
   *
   * @param origin "default", "file name:line", "environment VARIABLE" or "flag"
   * @param doc what it is for; empty for a part of a structured one
   */
  public record Item(String key, String value, String origin, String doc) {}

  private final Settings settings;
  private final Modules modules;

  private Configuration(Settings settings, Modules modules) {
    this.settings = settings;
    this.modules = modules;
  }

  /**
   * Reads and checks the settings as a start of the node would.
   *
   * @param flags settings by key, over what the environment and the file say
   * @throws io.hawser.launcher.config.StartFailure when one is unknown or has no legal value
   */
  public static Configuration read(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    Modules modules =
        Plugins.addTo(Modules.onClassPath(), Plugins.directories(file, environment, flags));
    SettingsLoader loader = new SettingsLoader(modules.settingKeys(), modules.settingTrees());
    Settings settings = loader.load(file, environment, flags);
    List<ServiceModule> unused = modules.selected(settings);
    return new Configuration(settings, modules);
  }

  public Settings settings() {
    return settings;
  }

  Modules modules() {
    return modules;
  }

  /** Every setting, set or not, by key. Secrets are shown as stars. */
  public List<Item> items() {
    TreeMap<String, Item> items = new TreeMap<>();
    for (SettingKey<?> key : modules.settingKeys()) {
      items.put(key.name(), new Item(key.name(), key.defaultText(), DEFAULT, key.doc()));
    }
    settings
        .all()
        .forEach(
            (key, value) -> {
              Item known = items.get(key);
              items.put(
                  key,
                  new Item(
                      key,
                      secret(key) ? "***" : value.text(),
                      value.origin(),
                      known == null ? "" : known.doc()));
            });
    return List.copyOf(items.values());
  }

  /** The reference of all settings that a role on the class path reads, in Markdown. */
  public static String reference() {
    Modules modules = Modules.onClassPath();
    List<SettingKey<?>> ofNode = new ArrayList<>(NodeSettings.all());
    ofNode.add(HostCheck.ALLOWED_HOSTS);
    List<Section> sections = new ArrayList<>();
    sections.add(new Section("The node", ofNode, List.of()));
    for (ServiceModule module : modules.all()) {
      sections.add(new Section("Role " + module.role(), module.settings(), module.settingTrees()));
    }
    return SettingsReference.markdown(sections);
  }

  private static boolean secret(String key) {
    String name = key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return name.endsWith("secret") || name.endsWith("password") || name.endsWith("token");
  }
}
