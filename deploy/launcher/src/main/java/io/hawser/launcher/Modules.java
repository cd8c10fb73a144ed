package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.launcher.config.Suggestion;
import io.hawser.node.NodeSettings;
import io.hawser.node.SettingKey;
import io.hawser.node.Settings;
import io.hawser.service.ServiceModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;

/** The service modules on the class path and in plugins, and which of them this node runs. */
record Modules(List<ServiceModule> all) {
  Modules {
    all = List.copyOf(all);
  }

  static Modules onClassPath() {
    List<ServiceModule> found = new ArrayList<>();
    ServiceLoader.load(ServiceModule.class).forEach(found::add);
    found.sort(Comparator.comparing(ServiceModule::role));
    return new Modules(found);
  }

  /** Every setting that somebody on this node reads. */
  List<SettingKey<?>> settingKeys() {
    List<SettingKey<?>> keys = new ArrayList<>(NodeSettings.all());
    keys.add(HostCheck.ALLOWED_HOSTS);
    keys.add(Plugins.DIR);
    keys.addAll(BusTls.settings());
    all.forEach(module -> keys.addAll(module.settings()));
    return keys;
  }

  List<String> settingTrees() {
    return all.stream().flatMap(module -> module.settingTrees().stream()).toList();
  }

  /** The modules that the node is to run: those that {@code node.roles} names, or all. */
  List<ServiceModule> selected(Settings settings) {
    Set<String> wanted = named(settings);
    if (wanted.isEmpty()) {
      return all;
    }
    List<String> known = all.stream().map(ServiceModule::role).toList();
    for (String role : wanted) {
      if (!known.contains(role)) {
        throw new StartFailure(
            StartFailure.BAD_SETTINGS,
            "node.roles names '" + role + "', a role that is not here",
            "the roles on the class path are " + String.join(", ", known),
            Suggestion.nearest(role, known)
                .map(near -> "Did you mean '" + near + "'?")
                .orElse("name some of those, or none to have all"));
      }
    }
    return all.stream().filter(module -> wanted.contains(module.role())).toList();
  }

  /** The roles that {@code node.roles} names; none: all that there are. */
  static Set<String> named(Settings settings) {
    Set<String> roles = new TreeSet<>();
    Arrays.stream(settings.get(NodeSettings.ROLES).split(",", -1))
        .map(String::strip)
        .filter(role -> !role.isEmpty())
        .forEach(roles::add);
    return roles;
  }
}
