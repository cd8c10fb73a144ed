package io.hawser.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.hawser.launcher.Checkup.Finding;
import io.hawser.launcher.Checkup.Mark;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckupTest {
  @TempDir Path temp;

  /** Looks with the ports of a node left alone: they may be taken on this machine. */
  private List<Finding> look(Map<String, String> settings) throws IOException {
    Map<String, String> flags = new HashMap<>(settings);
    flags.putIfAbsent("data.dir", temp.resolve("not/yet").toString());
    flags.put("traffic.port", "0");
    flags.putIfAbsent("api.port", "0");
    flags.putIfAbsent("raft.port", "0");
    flags.put("bus.port", Integer.toString(freePort()));
    flags.put("cluster.port", Integer.toString(freePort()));
    return Checkup.node(Configuration.read(Optional.empty(), Map.of(), flags));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static Finding about(List<Finding> findings, String what) {
    return findings.stream().filter(f -> f.what().equals(what)).findFirst().orElseThrow();
  }

  @Test
  void a_machine_that_suits_has_no_bad_finding_and_nothing_to_mend() throws Exception {
    assertThat(look(Map.of()))
        .extracting(Finding::what, Finding::mark, Finding::mend)
        .contains(tuple("address", Mark.OK, ""), tuple("data directory", Mark.OK, ""));
    assertThat(temp.resolve("not")).doesNotExist();
    assertThat(Checkup.machine()).extracting(Finding::mark).doesNotContain(Mark.BAD);
  }

  @Test
  void a_taken_port_is_named_with_who_has_it() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      Finding address = about(look(Map.of("api.port", port)), "address");
      assertThat(address.mark()).isEqualTo(Mark.BAD);
      assertThat(address.seen()).contains(port, "api.port");
      assertThat(address.mend()).isNotBlank();
    }
  }

  @Test
  void a_taken_port_of_a_role_that_the_node_has_not_is_no_matter() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(about(look(Map.of("raft.port", port)), "address").seen()).contains("raft.port");
      Map<String, String> without = Map.of("raft.port", port, "node.roles", "registry, gateway");
      assertThat(about(look(without), "address").mark()).isEqualTo(Mark.OK);
    }
  }

  @Test
  void a_data_directory_below_a_file_is_bad() throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "");
    Finding found =
        about(look(Map.of("data.dir", file.resolve("data").toString())), "data directory");
    assertThat(found.mark()).isEqualTo(Mark.BAD);
    assertThat(found.seen()).contains(file.toString());
  }

  @Test
  void a_seed_that_does_not_answer_is_bad_only_where_one_has_to() throws Exception {
    Map<String, String> seeds = Map.of("cluster.seeds", "127.0.0.1:1");
    assertThat(about(look(seeds), "seed 127.0.0.1:1").mark()).isEqualTo(Mark.WARN);
    Map<String, String> required = new HashMap<>(seeds);
    required.put("cluster.require-seeds", "true");
    assertThat(about(look(required), "seed 127.0.0.1:1").mark()).isEqualTo(Mark.BAD);
  }

  @Test
  void the_kernels_tables_are_read() throws Exception {
    Path limits =
        Files.writeString(
            temp.resolve("limits"),
            """
            Limit                     Soft Limit           Hard Limit           Units
            Max open files            1024                 524288               files
            """);
    assertThat(Checkup.openFiles(limits)).hasValue(1024);
    assertThat(Checkup.openFiles(temp.resolve("none"))).isEmpty();
    Path meminfo =
        Files.writeString(temp.resolve("mem"), "MemTotal: 4 kB\nMemAvailable:    2048 kB\n");
    assertThat(Checkup.memoryMb(meminfo)).hasValue(2);
    assertThat(Checkup.java(21).mark()).isEqualTo(Mark.WARN);
  }
}
