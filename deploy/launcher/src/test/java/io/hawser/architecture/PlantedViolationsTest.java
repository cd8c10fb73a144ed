package io.hawser.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every rule bites: it names the planted classes that break it, and not their neighbours that do
 * not.
 */
class PlantedViolationsTest {
  private static final String ROOT = "io.hawser.architecture.planted";
  private static final JavaClasses PLANTED = ClassFiles.planted();

  private final Rules rules = new Rules(ROOT);

  @Test
  void a_look_up_from_below_and_across_services_is_caught() {
    assertCaught(
        rules.every_class_belongs_to_a_part_and_uses_only_parts_below_it(),
        List.of("model.UsesBus", "registry.UsesMonitor", "stray.Lost", "Sleeper"),
        List.of("monitor.core.Window", "launcher.Clustered", "bus.Wire"));
  }

  @Test
  void files_clocks_dice_threads_and_loggers_in_a_core_are_caught() {
    ArchRule rule = rules.model_catalog_and_cores_are_pure();

    assertCaught(
        rule,
        List.of(
            "model.Impure",
            "monitor.core.ReadsClock",
            "monitor.core.ThrowsDice",
            "monitor.core.Locked",
            "monitor.core.Logs"),
        List.of("model.Counter", "monitor.core.Window", "gateway.UsesEventBus"));
    assertThat(report(rule))
        .contains("nanoTime", "Instant.now", "Math.random", "Random.<init>()", "randomUUID");
  }

  @Test
  void a_core_that_knows_its_shell_is_caught() {
    assertCaught(
        rules.cores_use_no_other_part_of_their_service(),
        List.of("monitor.core.UsesShell"),
        List.of("monitor.core.Window"));
  }

  @Test
  void a_lock_in_a_core_is_caught() {
    assertCaught(
        rules.cores_have_no_locks(), List.of("monitor.core.Locked"), List.of("model.Counter"));
  }

  @Test
  void the_event_bus_outside_of_the_bus_is_caught() {
    assertCaught(
        rules.only_the_bus_uses_the_event_bus(),
        List.of("gateway.UsesEventBus"),
        List.of("bus.Wire"));
  }

  @Test
  void hazelcast_outside_of_the_launcher_is_caught() {
    assertCaught(
        rules.only_the_launcher_uses_hazelcast(),
        List.of("storage.UsesHazelcast"),
        List.of("launcher.Clustered"));
  }

  @Test
  void sleep_is_caught() {
    assertCaught(rules.nobody_sleeps(), List.of("Sleeper"), List.of("monitor.core.Window"));
    assertThat(report(rules.nobody_sleeps())).contains("Thread.sleep", "TimeUnit.sleep");
  }

  @Test
  void printing_outside_of_the_command_line_is_caught() {
    ArchRule rule = rules.only_the_command_line_and_examples_print();

    assertCaught(rule, List.of("balancer.Prints"), List.of("cli.Speaks"));
    assertThat(report(rule)).contains("System.out", "System.err", "printStackTrace");
  }

  @Test
  void verticles_of_another_name_or_in_public_are_caught() {
    assertCaught(
        rules.verticles_are_named_so_and_are_not_public(),
        List.of("balancer.Worker", "balancer.PublicVerticle"),
        List.of("balancer.ProperVerticle"));
  }

  @Test
  void static_state_is_caught() {
    assertCaught(
        rules.there_is_no_static_mutable_state(),
        List.of("storage.StaticState"),
        List.of("model.Counter"));
  }

  @Test
  void a_package_without_null_marks_is_caught() {
    assertCaught(
        rules.every_package_is_null_marked_and_checks_return_values(),
        List.of("monitor"),
        List.of());
  }

  @Test
  void a_cycle_of_packages_is_caught() {
    assertCaught(
        rules.packages_are_free_of_cycles(),
        List.of("failover.Outer", "failover.inner.Inner"),
        List.of("monitor.core.Window"));
  }

  private static void assertCaught(ArchRule rule, List<String> caught, List<String> innocent) {
    String report = report(rule);
    for (String name : caught) {
      assertThat(report).contains(ROOT + "." + name);
    }
    for (String name : innocent) {
      Pattern origin = Pattern.compile("[A-Za-z ]+<" + Pattern.quote(ROOT + "." + name) + "[.>].*");
      assertThat(report.lines()).noneMatch(line -> origin.matcher(line).matches());
    }
  }

  private static String report(ArchRule rule) {
    return String.join("\n", rule.evaluate(PLANTED).getFailureReport().getDetails());
  }
}
