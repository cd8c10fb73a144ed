package io.hawser.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.google.errorprone.annotations.CheckReturnValue;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/** The rules, for the parts in a package. */
final class Rules {
  /** Of the JDK, what has no effect outside of the values that it is given. */
  private static final String[] PURE_JDK = {
    "java.lang",
    "java.lang.annotation",
    "java.lang.invoke",
    "java.lang.reflect",
    "java.lang.runtime",
    "java.math",
    "java.nio",
    "java.nio.charset",
    "java.text",
    "java.time..",
    "java.util",
    "java.util.function",
    "java.util.random",
    "java.util.regex",
    "java.util.stream"
  };

  /** Libraries of values: annotations, a histogram that does nothing but count, a parser. */
  private static final String[] PURE_LIBRARIES = {
    "org.jspecify.annotations",
    "com.google.errorprone.annotations..",
    "org.HdrHistogram",
    "com.fasterxml.jackson.core.."
  };

  /** Values and computations in packages that are otherwise about effects. */
  private static final Set<String> PURE_CLASSES =
      Set.of(
          "java.io.ByteArrayOutputStream",
          "java.io.IOException",
          "java.io.Serializable",
          "java.io.UncheckedIOException",
          "java.net.URI",
          "java.net.URISyntaxException",
          "java.security.GeneralSecurityException",
          "java.util.concurrent.TimeUnit",
          "java.util.zip.DataFormatException",
          "java.util.zip.Deflater",
          "java.util.zip.Inflater",
          "javax.crypto.Mac",
          "javax.crypto.spec.SecretKeySpec");

  private static final Set<String> IMPURE_CLASSES =
      Set.of(
          "java.lang.Process",
          "java.lang.ProcessBuilder",
          "java.lang.ProcessHandle",
          "java.lang.Runtime",
          "java.lang.Thread",
          "java.lang.ThreadLocal",
          "java.time.Clock",
          "java.util.Timer");

  private static final Set<String> CLOCKS_AND_DICE =
      Set.of(
          "java.lang.System.nanoTime",
          "java.lang.System.currentTimeMillis",
          "java.lang.System.getenv",
          "java.lang.System.getProperty",
          "java.lang.Math.random",
          "java.util.UUID.randomUUID",
          "java.util.Random.<init>()",
          "java.util.Collections.shuffle(java.util.List)");

  private final Parts parts;

  Rules(String root) {
    parts = new Parts(root);
  }

  ArchRule every_class_belongs_to_a_part_and_uses_only_parts_below_it() {
    return classes().should(useOnlyPartsBelow());
  }

  ArchRule model_catalog_and_cores_are_pure() {
    return noClasses()
        .that(describe("are of the model, the catalog or a core", this::pure))
        .should()
        .dependOnClassesThat(describe("have effects", this::impure))
        .orShould()
        .callMethodWhere(clockOrDice())
        .orShould()
        .callConstructorWhere(clockOrDice());
  }

  ArchRule cores_use_no_other_part_of_their_service() {
    return classes().that(describe("are of a core", this::core)).should(useOnlyCores());
  }

  ArchRule cores_have_no_locks() {
    return methods()
        .that()
        .areDeclaredInClassesThat(describe("are pure", this::pure))
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED);
  }

  ArchRule only_the_bus_uses_the_event_bus() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(parts.in("bus"))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.vertx.core.eventbus..")
                .and(not(name("io.vertx.core.eventbus.EventBusOptions"))));
  }

  ArchRule only_the_launcher_uses_hazelcast() {
    return noClasses()
        .that()
        .resideOutsideOfPackage(parts.in("launcher.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster.hazelcast.."));
  }

  ArchRule nobody_sleeps() {
    return noClasses()
        .should()
        .callMethodWhere(
            calls(Set.of("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep")));
  }

  ArchRule only_the_command_line_and_examples_print() {
    return noClasses()
        .that()
        .resideOutsideOfPackages(parts.in("cli.."), parts.in("examples.."))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethodWhere(describe("print a stack trace", Rules::printsStackTrace));
  }

  ArchRule verticles_are_named_so_and_are_not_public() {
    return classes()
        .that(assignableTo("io.vertx.core.Deployable"))
        .should()
        .haveSimpleNameEndingWith("Verticle")
        .andShould()
        .notBePublic()
        .allowEmptyShould(true);
  }

  ArchRule there_is_no_static_mutable_state() {
    return fields().that().areStatic().should().beFinal();
  }

  ArchRule every_package_is_null_marked_and_checks_return_values() {
    return classes()
        .should(
            new ArchCondition<JavaClass>("be in a package with @NullMarked and @CheckReturnValue") {
              @Override
              public void check(JavaClass type, ConditionEvents events) {
                boolean marked =
                    type.getPackage().isAnnotatedWith(NullMarked.class)
                        && type.getPackage().isAnnotatedWith(CheckReturnValue.class);
                events.add(new SimpleConditionEvent(type, marked, type.getPackageName()));
              }
            });
  }

  ArchRule packages_are_free_of_cycles() {
    return slices().matching(parts.root() + ".(**)").should().beFreeOfCycles();
  }

  private ArchCondition<JavaClass> useOnlyPartsBelow() {
    return new ArchCondition<>("belong to a part and use only parts below it") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String part = parts.of(type).orElse("");
        if (part.isEmpty()) {
          events.add(SimpleConditionEvent.violated(type, type.getName() + " is in no known part"));
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (parts.ours(target) && !parts.mayUse(part, parts.of(target).orElse("?"))) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private ArchCondition<JavaClass> useOnlyCores() {
    return new ArchCondition<>("use only cores, the model and the catalog") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (parts.ours(target) && !pure(target)) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private boolean core(JavaClass type) {
    return parts.ours(type) && (type.getPackageName() + ".").contains(".core.");
  }

  private boolean pure(JavaClass type) {
    return core(type)
        || Parts.PURE.stream()
            .map(pure -> parts.in(pure) + ".")
            .anyMatch(pure -> (type.getPackageName() + ".").startsWith(pure));
  }

  private boolean impure(JavaClass type) {
    JavaClass base = type.getBaseComponentType();
    return !base.isPrimitive()
        && !parts.ours(base)
        && !PURE_CLASSES.contains(base.getName())
        && !base.getName().startsWith("java.util.concurrent.atomic.")
        && (IMPURE_CLASSES.contains(base.getName())
            || !resideInAnyPackage(PURE_JDK).or(resideInAnyPackage(PURE_LIBRARIES)).test(base));
  }

  private static DescribedPredicate<JavaCall<?>> clockOrDice() {
    return describe(
        "read a clock, the environment or dice",
        call -> named(call, CLOCKS_AND_DICE) || isNow(call));
  }

  private static boolean isNow(JavaCall<?> call) {
    return call.getTargetOwner().getPackageName().equals("java.time")
        && call.getTarget().getName().equals("now");
  }

  private static boolean printsStackTrace(JavaCall<?> call) {
    return call.getTarget().getName().equals("printStackTrace")
        && call.getTarget().getRawParameterTypes().isEmpty();
  }

  private static DescribedPredicate<JavaCall<?>> calls(Set<String> names) {
    return describe("call one of " + names, call -> named(call, names));
  }

  /** Whether a call goes to one of these: owner and name, or with its parameter types. */
  private static boolean named(JavaCall<?> call, Set<String> names) {
    String full = call.getTarget().getFullName();
    return names.contains(full) || names.contains(full.substring(0, full.indexOf('(')));
  }
}
