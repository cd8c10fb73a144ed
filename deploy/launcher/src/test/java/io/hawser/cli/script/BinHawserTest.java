package io.hawser.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code deploy/bin/hawser} in a checkout made of nothing, with JDKs and a Maven that only say
 * how they were called. Longer than most: each test needs the same checkout.
 */
class BinHawserTest {
  /**
   * All that the script may use: a PATH with /usr/bin on it could bring a JDK of the machine in.
   */
  private static final List<String> TOOLS =
      List.of(
          "basename",
          "cat",
          "dirname",
          "find",
          "head",
          "mkdir",
          "mv",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "tail",
          "touch");

  private record Ran(int code, String out, String err) {}

  @TempDir Path temp;
  private Path home;
  private Path lib;
  private Path script;
  private int starts;

  @BeforeEach
  void checkout() throws IOException {
    home = temp.resolve("my checkout");
    lib = home.resolve("deploy/launcher/target/hawser/lib");
    script = home.resolve("deploy/bin/hawser");
    Files.createDirectories(script.getParent());
    Files.copy(Path.of("..", "bin", "hawser"), script);
    Files.createDirectories(home.resolve("a/src/main"));
    Files.writeString(home.resolve("pom.xml"), "");
    Files.writeString(home.resolve("a/src/main/A.java"), "");
    Files.createDirectories(temp.resolve("tools"));
    for (String tool : TOOLS) {
      Path real =
          Stream.of("/bin", "/usr/bin")
              .map(d -> Path.of(d, tool))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow();
      Files.createSymbolicLink(temp.resolve("tools").resolve(tool), real);
    }
    executable(
        temp.resolve("tools/mvn"),
        "echo run >>'%s/builds'; sleep 0.3; mkdir -p '%s'; touch '%s/launcher-1.jar'; echo \"JH=$JAVA_HOME\"; exit ${FAKE_MVN:-0}"
            .formatted(temp, lib, lib));
  }

  private static void executable(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @CanIgnoreReturnValue
  private Path jdk(String name, String version) throws IOException {
    Path jdk = temp.resolve("jvm").resolve(name);
    executable(
        jdk.resolve("bin/java"), "echo \"java=$0\"; for a in \"$@\"; do echo \"arg=$a\"; done");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private void built() throws IOException {
    Files.createDirectories(lib);
    Files.writeString(lib.resolve("launcher-1.jar"), "");
  }

  private int builds() throws IOException {
    Path log = temp.resolve("builds");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  private Process start(Map<String, String> env, String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().clear();
    builder.environment().put("PATH", temp.resolve("tools").toString());
    builder.environment().put("HAWSER_JDK_ROOTS", temp.resolve("jvm") + "/*");
    builder.environment().putAll(env);
    builder.redirectOutput(temp.resolve("out." + ++starts).toFile());
    builder.redirectError(temp.resolve("err." + starts).toFile());
    return builder.start();
  }

  private Ran run(Map<String, String> env, String... args) throws Exception {
    Process process = start(env, args);
    boolean ended = process.waitFor(30, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Ran(
        process.exitValue(),
        Files.readString(temp.resolve("out." + starts)),
        Files.readString(temp.resolve("err." + starts)));
  }

  @Test
  void the_newest_jdk_of_the_usual_places_is_taken() throws Exception {
    built();
    jdk("a-17", "17.0.15");
    jdk("b-25", "25.0.3");
    jdk("c-21", "21");
    Ran ran = run(Map.of(), "version");
    assertThat(ran.code()).isZero();
    assertThat(ran.out()).contains("java=" + temp.resolve("jvm/b-25/bin/java"));
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void a_named_jdk_goes_first_and_a_bad_one_is_an_error() throws Exception {
    built();
    Path old = jdk("a-17", "17.0.15");
    Path newer = jdk("b-25", "25");
    Path named = jdk("c-21", "21.0.1");
    Map<String, String> both =
        Map.of("HAWSER_JAVA_HOME", named.toString(), "JAVA_HOME", newer.toString());
    assertThat(run(both, "version").out()).contains("java=" + named);
    Ran refused = run(Map.of("HAWSER_JAVA_HOME", old.toString()), "version");
    assertThat(refused.code()).isEqualTo(78);
    assertThat(refused.err()).contains(old.toString());
  }

  @Test
  void a_java_home_that_is_too_old_is_passed_over() throws Exception {
    built();
    Path old = jdk("a-17", "17.0.15");
    Path good = jdk("c-21", "21.0.1");
    assertThat(run(Map.of("JAVA_HOME", old.toString()), "version").out()).contains("java=" + good);
  }

  @Test
  void without_a_jdk_it_says_what_it_saw_and_how_to_get_one() throws Exception {
    built();
    Path old = jdk("a-8", "1.8.0_392");
    Ran ran = run(Map.of("PATH", "/nonexistent"), "version");
    assertThat(ran.code()).isNotZero();
    ran = run(Map.of("JAVA_HOME", old.toString()), "version");
    assertThat(ran.code()).isEqualTo(78);
    assertThat(ran.err())
        .contains(old + " (JAVA_HOME): version 8, too old")
        .contains("apt-get install");
  }

  @Test
  void flags_follow_the_version_of_the_jdk_and_the_kind_of_the_command() throws Exception {
    built();
    Path v21 = jdk("v21", "21.0.1");
    Path v25 = jdk("v25", "25");
    Map<String, String> on21 =
        Map.of("HAWSER_JAVA_HOME", v21.toString(), "HAWSER_JAVA_OPTS", "-Xmx1g -Da=b");
    Map<String, String> on25 = Map.of("HAWSER_JAVA_HOME", v25.toString());
    assertThat(run(on21, "--json", "--server", "dev", "status").out())
        .doesNotContain("memory-access", "-Xmx1g")
        .contains("arg=-XX:TieredStopAtLevel=1");
    assertThat(run(on21, "dev", "--dir", "a b").out())
        .contains("arg=-Xmx1g\narg=-Da=b\n", "arg=dev\narg=--dir\narg=a b\n")
        .doesNotContain("TieredStopAtLevel");
    assertThat(run(on25, "status").out())
        .contains("arg=--sun-misc-unsafe-memory-access=allow")
        .contains("arg=-cp\narg=" + lib + "/*\n")
        .contains("arg=-Dhawser.home=" + home.toRealPath());
  }

  @Test
  void the_home_is_found_through_symbolic_links() throws Exception {
    built();
    jdk("b", "25");
    Path link = temp.resolve("links/hawser");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(temp.resolve("links/first"), script);
    Files.createSymbolicLink(link, Path.of("first"));
    script = link;
    assertThat(run(Map.of(), "version").out()).contains("arg=-Dhawser.home=" + home.toRealPath());
  }

  @Test
  void it_builds_when_nothing_is_built_and_not_again() throws Exception {
    Path jdk = jdk("b", "25");
    Ran first = run(Map.of(), "version");
    assertThat(first.code()).isZero();
    assertThat(first.err()).contains("building with JDK 25");
    assertThat(lib.resolveSibling("build.log")).content().contains("JH=" + jdk);
    assertThat(run(Map.of(), "dev").code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void newer_sources_are_built_before_a_node_starts_but_not_for_other_commands() throws Exception {
    jdk("b", "25");
    built();
    Files.setLastModifiedTime(
        home.resolve("a/src/main/A.java"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run(Map.of(), "down").code()).isZero();
    assertThat(run(Map.of("HAWSER_BUILD", "never"), "start").code()).isZero();
    assertThat(builds()).isZero();
    assertThat(run(Map.of(), "demo").code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void a_failed_build_is_70_with_the_end_of_its_log_and_keeps_what_was_built() throws Exception {
    jdk("b", "25");
    Ran ran = run(Map.of("FAKE_MVN", "3"), "version");
    assertThat(ran.code()).isEqualTo(70);
    assertThat(ran.err()).contains("Maven ended with 3", "| JH=");
    assertThat(lib.resolveSibling("build.lock")).doesNotExist();
    built();
    Files.setLastModifiedTime(home.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(run(Map.of("FAKE_MVN", "3"), "dev").code()).isEqualTo(70);
    assertThat(run(Map.of("FAKE_MVN", "3"), "down").code()).isZero();
  }

  @Test
  void two_that_start_at_once_build_once() throws Exception {
    jdk("b", "25");
    Process one = start(Map.of(), "version");
    Process two = start(Map.of(), "version");
    assertThat(one.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(two.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(one.exitValue() + two.exitValue()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void the_lock_of_a_build_that_died_is_taken_over() throws Exception {
    jdk("b", "25");
    Process dead = new ProcessBuilder("/bin/true").start();
    assertThat(dead.waitFor()).isZero();
    Path lock = lib.resolveSibling("build.lock");
    Files.createDirectories(lock);
    Files.writeString(lock.resolve("pid"), dead.pid() + "\n");
    assertThat(run(Map.of(), "version").code()).isZero();
  }

  // ---- the AOT cache: what the script makes it with is not in the tools of the other tests

  /** A JDK whose node writes a cache when it is asked to, and is ready at once. */
  private void jdkThatNotes(String name, String version) throws Exception {
    for (String tool : List.of("cksum", "env", "ls", "tr")) {
      Files.createSymbolicLink(temp.resolve("tools").resolve(tool), Path.of("/usr/bin", tool));
    }
    Path jdk = jdk(name, version);
    executable(
        jdk.resolve("bin/java"),
        """
        for a in "$@"; do echo "arg=$a"; done
        case " $* " in
          *AOTCacheOutput=aot*)
            env | grep ^HAWSER_ >>'%1$s/trained'; echo run >>'%1$s/trainings'
            mkdir data; echo cache >aot; [ -n "%2$s" ] || echo >data/node.json ;;
        esac\
        """
            .formatted(temp, version.equals("99") ? "fails" : ""));
    Files.createSymbolicLink(temp.resolve("tools/grep"), Path.of("/usr/bin/grep"));
  }

  private int trainings() throws IOException {
    Path log = temp.resolve("trainings");
    return Files.exists(log) ? Files.readAllLines(log).size() : 0;
  }

  @Test
  void a_node_starts_from_a_cache_that_is_made_once_for_a_jdk_and_its_jars() throws Exception {
    built();
    jdkThatNotes("b", "25");
    assertThat(run(Map.of(), "status").out()).doesNotContain("AOT");
    Ran first = run(Map.of("HAWSER_CLUSTER_SEEDS", "10.0.0.1"), "dev", "--dir", "d");
    assertThat(first.err()).contains("noting down");
    assertThat(first.out()).contains("arg=-XX:AOTCache=" + home.toRealPath(), "arg=-Xlog:aot=off");
    assertThat(temp.resolve("trained")).content().doesNotContain("SEEDS");
    Ran second = run(Map.of(), "start");
    assertThat(second.err()).isEmpty();
    assertThat(second.out()).contains("arg=-XX:AOTCache=");
    assertThat(trainings()).isEqualTo(1);

    Files.writeString(lib.resolve("launcher-1.jar"), "changed");
    assertThat(run(Map.of("HAWSER_AOT", "use"), "dev").out()).doesNotContain("AOTCache");
    assertThat(run(Map.of(), "demo").code()).isZero();
    assertThat(trainings()).isEqualTo(2);
    assertThat(run(Map.of("HAWSER_AOT", "off"), "dev").out()).doesNotContain("AOTCache");
  }

  @Test
  void a_cache_that_cannot_be_made_is_told_once_and_hinders_nothing() throws Exception {
    built();
    jdkThatNotes("b", "99");
    Ran first = run(Map.of(), "dev");
    assertThat(first.code()).isZero();
    assertThat(first.err()).contains("starting as ever");
    assertThat(first.out()).doesNotContain("AOTCache").contains("arg=dev");
    assertThat(run(Map.of(), "dev").err()).isEmpty();
    assertThat(trainings()).isEqualTo(1);
  }

  @Test
  void a_jdk_before_25_starts_without_a_cache() throws Exception {
    built();
    jdkThatNotes("b", "24");
    Ran ran = run(Map.of(), "dev");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).doesNotContain("AOT").contains("arg=dev");
  }
}
