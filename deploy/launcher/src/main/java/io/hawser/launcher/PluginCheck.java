package io.hawser.launcher;

import io.hawser.bus.WireFormat;
import io.hawser.launcher.config.SettingsLoader;
import io.hawser.launcher.config.StartFailure;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.Names;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceModule;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Admits the modules of plugins one after the other, as long as none takes what is taken: roles,
 * settings and messages are told apart by their names alone.
 */
final class PluginCheck {
  private static final Pattern SETTING = Pattern.compile("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+");
  private static final String HAWSER = "Hawser";

  private final Map<String, String> roles = new TreeMap<>();

  /** By the environment variable: {@code a.b} and {@code a-b} would have the same one. */
  private final Map<String, String> settings = new TreeMap<>();

  private final Map<String, String> trees = new TreeMap<>();
  private final Map<String, String> messages = new TreeMap<>();

  PluginCheck(Modules builtIn) {
    builtIn.settingKeys().forEach(key -> settings.put(variable(key.name()), HAWSER));
    builtIn.settingTrees().forEach(tree -> trees.put(tree, HAWSER));
    for (ServiceModule module : builtIn.all()) {
      roles.put(module.role(), HAWSER);
      module.messages().forEach(message -> messages.put(message.getName(), HAWSER));
    }
  }

  /**
   * @throws StartFailure naming the jar, what it takes, and who has that already
   */
  void admit(PluginModule module) {
    try {
      String unused = Names.check("its role", module.role());
    } catch (IllegalArgumentException e) {
      throw PluginModule.refuse(module.jar(), String.valueOf(e.getMessage()));
    }
    take(module, "role", module.role(), roles.put(module.role(), owner(module)));
    module.settings().forEach(key -> admitSetting(module, key));
    module.settingTrees().forEach(tree -> admitTree(module, tree));
    admitMessages(module);
  }

  private void admitSetting(PluginModule module, SettingKey<?> key) {
    legal(module, key.name());
    take(module, "setting", key.name(), settings.put(variable(key.name()), owner(module)));
    trees.forEach(
        (tree, owner) -> {
          if (key.name().startsWith(tree + ".") && !owner.equals(owner(module))) {
            take(module, "setting", key.name(), owner);
          }
        });
  }

  private void admitTree(PluginModule module, String tree) {
    legal(module, tree);
    trees.forEach(
        (other, owner) -> {
          if ((other + ".").startsWith(tree + ".") || tree.startsWith(other + ".")) {
            take(module, "settings below", tree, owner);
          }
        });
    settings.forEach(
        (variable, owner) -> {
          if (variable.startsWith(variable(tree) + "_") && !owner.equals(owner(module))) {
            take(module, "settings below", tree, owner);
          }
        });
    trees.put(tree, owner(module));
  }

  private static void legal(PluginModule module, String name) {
    if (!SETTING.matcher(name).matches()) {
      throw PluginModule.refuse(
          module.jar(),
          "'" + name + "' is no name of a setting: lower case, with a dot, as in my-plugin.file");
    }
  }

  private void admitMessages(PluginModule module) {
    for (Class<? extends ExtensionMessage> message : module.messages()) {
      if (!message.isRecord()) {
        throw PluginModule.refuse(
            module.jar(), "its message " + message.getName() + " is no record");
      }
      take(module, "message", message.getName(), messages.put(message.getName(), owner(module)));
    }
    try {
      new WireFormat(List.copyOf(module.messages())).checkExtensions();
    } catch (IllegalStateException e) {
      throw PluginModule.refuse(module.jar(), "its message " + e.getMessage());
    } catch (LinkageError e) {
      throw PluginModule.refuse(module.jar(), e);
    }
  }

  private static void take(PluginModule module, String what, String name, @Nullable String holder) {
    if (holder != null) {
      throw PluginModule.refuse(
          module.jar(), "the " + what + " '" + name + "' is taken by " + holder);
    }
  }

  private static String owner(PluginModule module) {
    return module.jar().getFileName() + " (role " + module.role() + ")";
  }

  private static String variable(String key) {
    return SettingsLoader.variable(key);
  }
}
