package io.hawser.launcher;

import io.hawser.launcher.config.StartFailure;
import io.hawser.model.ExtensionMessage;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.vertx.core.DeploymentOptions;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A module of a plugin: as its author wrote it, but what it throws becomes a failure of the start
 * that names the jar, and its verticles run with its class loader.
 */
final class PluginModule implements ServiceModule {
  private final Path jar;
  private final ClassLoader loader;
  private final ServiceModule module;
  private final String role;
  private final List<SettingKey<?>> settings;
  private final List<String> settingTrees;
  private final List<Class<? extends ExtensionMessage>> messages;

  private PluginModule(Path jar, ClassLoader loader, ServiceModule module) {
    this.jar = jar;
    this.loader = loader;
    this.module = module;
    this.role = module.role();
    this.settings = List.copyOf(module.settings());
    this.settingTrees = List.copyOf(module.settingTrees());
    this.messages = List.copyOf(module.messages());
  }

  /** Asks the module what it is, once. */
  static PluginModule describe(Path jar, ClassLoader loader, ServiceModule module) {
    return guarded(jar, () -> new PluginModule(jar, loader, module));
  }

  Path jar() {
    return jar;
  }

  @Override
  public String role() {
    return role;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return settings;
  }

  @Override
  public List<String> settingTrees() {
    return settingTrees;
  }

  @Override
  public List<Class<? extends ExtensionMessage>> messages() {
    return messages;
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    return guarded(
        jar, () -> module.deployments(context).stream().map(this::withClassLoader).toList());
  }

  private Deployment withClassLoader(Deployment deployment) {
    DeploymentOptions options = new DeploymentOptions(deployment.options());
    if (options.getClassLoader() == null) {
      options.setClassLoader(loader);
    }
    return new Deployment(() -> guarded(jar, () -> deployment.verticle().get()), options);
  }

  @Override
  public void mount(Router router, ServiceContext context) {
    Object unused =
        guarded(
            jar,
            () -> {
              module.mount(router, context);
              return module;
            });
  }

  /** Runs code of the jar. A class that is missing shows only when it is first used. */
  private static <T> T guarded(Path jar, Supplier<T> code) {
    try {
      return code.get();
    } catch (LinkageError | RuntimeException e) {
      throw e instanceof StartFailure refused ? refused : refuse(jar, e);
    }
  }

  static StartFailure refuse(Path jar, Throwable cause) {
    Throwable first = cause;
    while (first.getCause() != null && !(first instanceof LinkageError)) {
      first = first.getCause();
    }
    return refuse(jar, why(first), cause);
  }

  static StartFailure refuse(Path jar, String why) {
    return refuse(jar, why, null);
  }

  private static StartFailure refuse(Path jar, String why, @Nullable Throwable cause) {
    String message =
        "The plugin " + jar + " cannot be used: " + why + ". Mend it, or move it elsewhere.";
    return cause == null
        ? new StartFailure(StartFailure.DEPLOYMENT, message)
        : new StartFailure(StartFailure.DEPLOYMENT, message, cause);
  }

  private static String why(Throwable cause) {
    return switch (cause) {
      case UnsupportedClassVersionError e ->
          "it was compiled for a newer Java than the "
              + Runtime.version().feature()
              + " that runs here ("
              + e.getMessage()
              + ")";
      case NoClassDefFoundError e ->
          "it needs the class " + e.getMessage() + ", which is neither in it nor in Hawser";
      case ClassNotFoundException e ->
          "it needs the class " + e.getMessage() + ", which is neither in it nor in Hawser";
      case IncompatibleClassChangeError e -> "it was built against another version of Hawser: " + e;
      default -> cause.toString();
    };
  }
}
