package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.launcher.config.StartFailure;
import io.hawser.node.Settings;
import io.hawser.plugin.PluginJar;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.hawser.testing.Await;
import io.hawser.testing.TestNode;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PluginsTest {
  private static final String PLAIN = module("audit", "");

  @TempDir Path dir;

  private static String module(String role, String more) {
    return """
    public final class Audit implements ServiceModule {
      public String role() { return "%s"; }
      public List<Deployment> deployments(ServiceContext context) { return List.of(); }
      %s
    }
    """
        .formatted(role, more);
  }

  private static PluginJar audit(String source) {
    return PluginJar.named("plugin.Audit").with("Audit", source);
  }

  private Path jar() {
    return dir.resolve("audit.jar");
  }

  private Modules load() {
    return Plugins.addTo(Modules.onClassPath(), List.of(dir));
  }

  private void assertRefused(String... why) {
    assertThatThrownBy(this::load)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("audit.jar")
        .hasMessageContainingAll(why)
        .extracting(e -> ((StartFailure) e).exitCode())
        .isEqualTo(StartFailure.DEPLOYMENT);
  }

  @Test
  void a_plugins_role_and_settings_join_those_of_the_node() {
    String settings =
        "public List<SettingKey<?>> settings() { return List.of(SettingKey.text(\"audit.file\","
            + " \"a\", \"File\")); }";
    audit(module("audit", settings)).write(jar());

    Modules modules = load();

    assertThat(modules.all()).extracting(ServiceModule::role).contains("registry", "audit");
    assertThat(modules.settingKeys()).anyMatch(key -> key.name().equals("audit.file"));
    assertThat(modules.selected(Settings.of(Map.of("node.roles", "audit")))).hasSize(1);
  }

  @Test
  void each_plugin_sees_its_own_classes_and_not_those_of_the_others() {
    audit(PLAIN).write(jar());
    audit(module("audit-2", "")).write(dir.resolve("b.jar"));

    assertThat(load().all()).extracting(ServiceModule::role).contains("audit", "audit-2");
  }

  @Test
  void a_class_that_the_module_needs_and_nobody_has_is_named() {
    audit(module("audit", "private final Lib lib = new Lib();"))
        .with("Lib", "class Lib {}")
        .without("Lib")
        .write(jar());
    assertRefused("plugin/Lib", "neither in it nor in Hawser");
  }

  @Test
  void a_module_class_that_is_not_in_the_jar_is_named() {
    audit(PLAIN).without("Audit").write(jar());
    assertRefused("plugin.Audit");
  }

  @Test
  void a_plugin_for_a_later_java_is_refused() {
    audit(PLAIN).writeForLaterJava(jar());
    assertRefused("compiled for a newer Java");
  }

  @Test
  void a_constructor_that_throws_is_refused_with_what_it_said() {
    audit(module("audit", "public Audit() { throw new IllegalStateException(\"planted\"); }"))
        .write(jar());
    assertRefused("planted");
  }

  @Test
  void a_role_that_is_taken_is_refused() {
    audit(module("registry", "")).write(jar());
    assertRefused("role 'registry' is taken by Hawser");
  }

  @Test
  void a_role_that_another_plugin_has_is_refused() {
    audit(PLAIN).write(dir.resolve("a.jar"));
    audit(PLAIN).write(jar());
    assertRefused("role 'audit' is taken by a.jar");
  }

  @Test
  void a_setting_that_is_taken_is_refused() {
    audit(
            module(
                "audit",
                "public List<SettingKey<?>> settings() { return List.of(SettingKey.text("
                    + "\"api-port.x\", \"\", \"\"), SettingKey.text(\"api.port\", \"\", \"\")); }"))
        .write(jar());
    assertRefused("setting 'api.port' is taken by Hawser");
  }

  @Test
  void a_setting_below_a_tree_of_another_is_refused() {
    audit(
            module(
                "audit",
                "public List<SettingKey<?>> settings() { return List.of(SettingKey.text("
                    + "\"process.templates.mine\", \"\", \"\")); }"))
        .write(jar());
    assertRefused("'process.templates.mine' is taken by Hawser");
  }

  @Test
  void a_tree_over_settings_of_another_is_refused() {
    audit(
            module(
                "audit",
                "public List<String> settingTrees() { return List.of(\"process.templates.x\"); }"))
        .write(jar());
    assertRefused("settings below 'process.templates.x' is taken by Hawser");
  }

  @Test
  void a_setting_without_a_name_is_refused() {
    audit(
            module(
                "audit",
                "public List<SettingKey<?>> settings() { return List.of(SettingKey.text("
                    + "\"\", \"\", \"\")); }"))
        .write(jar());
    assertRefused("no name of a setting");
  }

  @Test
  void a_message_that_the_wire_cannot_carry_is_refused() {
    audit(
            module(
                "audit",
                "public record Noted(Object what) implements ExtensionMessage {}\n"
                    + "public List<Class<? extends ExtensionMessage>> messages() {"
                    + " return List.of(Noted.class); }"))
        .write(jar());
    assertRefused("plugin.Audit$Noted", "no wire form for class java.lang.Object");
  }

  @Test
  void a_jar_that_names_no_module_is_refused() {
    PluginJar.library().with("Lib", "class Lib {}").write(jar());
    assertRefused("names no ServiceModule");
  }

  @Test
  void what_a_plugin_throws_later_names_its_jar_too() {
    audit(
            """
            public final class Audit implements ServiceModule {
              public String role() { return "audit"; }
              public List<Deployment> deployments(ServiceContext context) {
                throw new NoSuchMethodError("io.hawser.Gone.gone()");
              }
            }
            """)
        .write(jar());
    ServiceModule module = load().all().getLast();
    Vertx vertx = Vertx.vertx();
    try {
      ServiceContext context = TestNode.start(vertx).context();
      assertNamesItsJar(() -> module.deployments(context));
    } finally {
      Await.result(vertx.close());
    }
  }

  private static void assertNamesItsJar(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("audit.jar")
        .hasMessageContaining("another version of Hawser");
  }

  @Test
  void the_directory_that_is_named_is_the_only_one_and_has_to_be_there() throws IOException {
    Path data = Files.createDirectories(dir.resolve("data/plugins"));
    Map<String, String> flags = Map.of("data.dir", dir.resolve("data").toString());
    assertThat(Plugins.directories(Optional.empty(), Map.of(), flags)).contains(data);
    assertThat(
            Plugins.directories(
                Optional.empty(), Map.of("HAWSER_PLUGINS_DIR", dir.toString()), flags))
        .containsExactly(dir);
    assertThatThrownBy(
            () ->
                Plugins.directories(
                    Optional.empty(), Map.of(), Map.of("plugins.dir", dir + "/none")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("no such directory");
  }
}
