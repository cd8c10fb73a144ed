package io.hawser.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules, on everything that there is. */
class ArchitectureTest {
  private static final Rules RULES = new Rules("io.hawser");
  private static final JavaClasses MAIN = ClassFiles.main();

  static List<ArchRule> rules() {
    return List.of(
        RULES.every_class_belongs_to_a_part_and_uses_only_parts_below_it(),
        RULES.model_catalog_and_cores_are_pure(),
        RULES.cores_use_no_other_part_of_their_service(),
        RULES.cores_have_no_locks(),
        RULES.only_the_bus_uses_the_event_bus(),
        RULES.only_the_launcher_uses_hazelcast(),
        RULES.only_the_command_line_and_examples_print(),
        RULES.verticles_are_named_so_and_are_not_public(),
        RULES.there_is_no_static_mutable_state(),
        RULES.every_package_is_null_marked_and_checks_return_values(),
        RULES.packages_are_free_of_cycles());
  }

  @ParameterizedTest
  @MethodSource("rules")
  void what_is_shipped_keeps_to(ArchRule rule) {
    rule.allowEmptyShould(true).check(MAIN);
  }

  @Test
  void nobody_sleeps_in_tests_either() {
    RULES.nobody_sleeps().check(ClassFiles.mainAndTests());
  }

  @Test
  void the_rules_see_the_classes_of_every_module() {
    assertThat(MAIN)
        .extracting(JavaClass::getPackageName)
        .contains(
            "io.hawser.model",
            "io.hawser.catalog",
            "io.hawser.bus",
            "io.hawser.registry",
            "io.hawser.balancer",
            "io.hawser.storage",
            "io.hawser.monitor",
            "io.hawser.launcher");
    assertThat(ClassFiles.mainAndTests().contain("io.hawser.testing.Await")).isTrue();
    assertThat(ClassFiles.mainAndTests().contain("io.hawser.architecture.planted.Sleeper"))
        .isFalse();
  }
}
