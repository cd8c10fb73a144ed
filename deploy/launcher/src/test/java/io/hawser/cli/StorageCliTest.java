package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.StubApi;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the store, against fixed answers. */
class StorageCliTest {
  private static final Map<String, String> AT_17 =
      Map.of("ETag", "\"17\"", "X-Hawser-Version", "3", "X-Hawser-Revision", "20");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;
  private StubApi api;

  @BeforeEach
  void start() throws Exception {
    api = new StubApi();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private int run(String... args) {
    PrintWriter outWriter = new PrintWriter(out, true);
    PrintWriter errWriter = new PrintWriter(err, true);
    Cli cli = new Cli(outWriter, errWriter, Map.of("HAWSER_SERVER", api.url()));
    return HawserCli.run(cli, outWriter, errWriter, args);
  }

  @Test
  void a_value_is_printed_as_text_or_described_as_json() {
    api.on("GET /api/v1/kv/a/b", 200, "hi", AT_17);
    assertThat(run("kv", "get", "a/b")).isZero();
    assertThat(out.toString().lines()).containsExactly("hi");
    out.getBuffer().setLength(0);
    assertThat(run("kv", "get", "a/b", "--json", "--stale")).isZero();
    JsonObject json = new JsonObject(out.toString());
    assertThat(json.getString("value")).isEqualTo("aGk=");
    assertThat(json.getLong("revision")).isEqualTo(17);
    assertThat(api.requests().getLast()).isEqualTo("GET /api/v1/kv/a/b?stale=true");
  }

  @Test
  void a_value_goes_to_a_file_byte_for_byte() throws Exception {
    api.on("GET /api/v1/kv/a", 200, "hi\n", AT_17);
    Path file = directory.resolve("value");
    assertThat(run("kv", "get", "a", "--output", file.toString())).isZero();
    assertThat(Files.readString(file)).isEqualTo("hi\n");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void a_key_that_is_not_there_ends_with_3() {
    api.on("GET /api/v1/kv/a", 404, "{\"code\":\"unknown-key\",\"title\":\"Unknown key\"}");
    assertThat(run("kv", "get", "a")).isEqualTo(ExitCode.NOT_FOUND.number());
    assertThat(err.toString()).contains("could not read the key a", "hawser kv list");
  }

  @Test
  void a_key_of_dots_is_not_taken_for_a_way_up() {
    api.on("PUT /api/v1/kv/..", 201, "{\"revision\":1}");
    assertThat(run("kv", "put", "..", "1")).isZero();
    api.on("PUT /api/v1/kv/a/../b", 201, "{\"revision\":1}");
    assertThat(run("kv", "put", "a/../b", "1")).isZero();
  }

  @Test
  void a_value_comes_from_the_command_line_or_a_file() throws Exception {
    api.on("PUT /api/v1/kv/a", 200, "{\"key\":\"a\",\"revision\":18}");
    assertThat(run("kv", "put", "a", "hi", "--if-revision", "17", "--ttl", "5000")).isZero();
    assertThat(out.toString()).contains("a is at revision 18");
    assertThat(api.requests().getLast())
        .isEqualTo("PUT /api/v1/kv/a?ttlMs=5000 hi If-Match \"17\"");
    Path file = Files.writeString(directory.resolve("value"), "from a file");
    assertThat(run("kv", "put", "a", "@" + file, "--if-absent", "--fence", "l:7")).isZero();
    assertThat(api.requests().getLast())
        .isEqualTo("PUT /api/v1/kv/a?fence=l%3A7 from a file If-None-Match *");
    assertThat(run("kv", "put", "a", "@" + directory.resolve("no")))
        .isEqualTo(ExitCode.USAGE.number());
    assertThat(run("kv", "put", "a", "x", "--if-absent", "--if-revision", "1"))
        .isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void a_lost_race_ends_with_4_and_a_store_without_a_majority_with_6() {
    api.on("PUT /api/v1/kv/a", 412, "{\"code\":\"revision-mismatch\"}");
    assertThat(run("kv", "put", "a", "1")).isEqualTo(ExitCode.CONFLICT.number());
    api.on("DELETE /api/v1/kv/a", 503, "{\"code\":\"no-quorum\"}");
    assertThat(run("kv", "del", "a")).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(err.toString()).contains("read it again", "hawser storage nodes");
  }

  @Test
  void a_list_goes_on_to_the_last_page() {
    api.on(
        "GET /api/v1/kv",
        200,
        "{\"revision\":9,\"items\":[{\"key\":\"a\",\"revision\":7,\"version\":1,\"bytes\":2}],"
            + "\"next\":\"a\"}");
    assertThat(run("kv", "list", "--limit", "3")).isZero();
    assertThat(out.toString().lines())
        .containsExactly(
            "KEY  REVISION  VERSION  BYTES",
            "a    7         1        2",
            "a    7         1        2",
            "a    7         1        2");
    assertThat(err.toString()).contains("more keys follow");
    assertThat(api.requests())
        .containsExactly(
            "GET /api/v1/kv?limit=3",
            "GET /api/v1/kv?after=a&limit=2",
            "GET /api/v1/kv?after=a&limit=1");
    out.getBuffer().setLength(0);
    assertThat(run("kv", "list", "x/", "--json", "--values", "--limit", "1")).isZero();
    assertThat(new JsonArray(out.toString())).hasSize(1);
    assertThat(api.requests().getLast())
        .isEqualTo("GET /api/v1/kv?prefix=x%2F&limit=1&values=true");
  }

  @Test
  void a_transaction_says_which_branch_was_written() {
    api.on(
        "POST /api/v1/kv/txn",
        200,
        "{\"succeeded\":false,\"revision\":9,\"keys\":[{\"key\":\"a\",\"deleted\":true}]}");
    assertThat(run("kv", "txn", "{\"compare\":[]}")).isZero();
    assertThat(out.toString()).contains("else at revision 9", "a    true");
  }

  @Test
  void a_watch_that_the_node_refuses_fails() {
    api.on("GET /api/v1/watch", 503, "{\"code\":\"no-quorum\"}");
    assertThat(run("kv", "watch", "a/", "--index", "7")).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(api.requests().getLast()).isEqualTo("GET /api/v1/watch?prefix=a%2F&index=7");
  }

  @Test
  void a_lease_that_another_one_holds_ends_with_4() {
    api.on(
        "POST /api/v1/leases/l",
        200,
        "{\"name\":\"l\",\"holder\":\"me\",\"epoch\":17,\"ttlMs\":3000}");
    assertThat(run("lease", "acquire", "l", "--holder", "me", "--ttl", "3000")).isZero();
    assertThat(out.toString()).contains("l is held by me under epoch 17 for 3000 ms");
    api.on("PUT /api/v1/leases/l", 409, "{\"code\":\"lease-held\"}");
    assertThat(run("lease", "renew", "l", "--holder", "me", "--epoch", "17"))
        .isEqualTo(ExitCode.CONFLICT.number());
    api.on("DELETE /api/v1/leases/l", 204, "");
    assertThat(run("lease", "release", "l", "--holder", "me", "--epoch", "17")).isZero();
    assertThat(api.requests().getLast())
        .isEqualTo("DELETE /api/v1/leases/l {\"holder\":\"me\",\"epoch\":17}");
  }

  @Test
  void nodes_and_groups_of_the_store_are_tables() {
    api.on(
        "GET /api/v1/storage/nodes",
        200,
        "{\"nodes\":[{\"id\":\"node-0\",\"state\":\"up\",\"usedBytes\":2097152,"
            + "\"capacityBytes\":10485760,\"groups\":[{\"group\":\"meta\",\"role\":\"leader\","
            + "\"appliedIndex\":9}]}]}");
    assertThat(run("storage", "nodes")).isZero();
    assertThat(out.toString()).contains("node-0  up     2         10      meta leader@9");
    api.on(
        "GET /api/v1/storage/placement",
        200,
        "{\"groups\":[{\"group\":\"meta\",\"replicas\":[\"a\"]},{\"group\":\"data-0\","
            + "\"leader\":\"a\",\"replicas\":[\"a\",\"b\"]}],\"group\":\"data-0\"}");
    out.getBuffer().setLength(0);
    assertThat(run("storage", "placement", "--key", "k")).isZero();
    assertThat(out.toString().lines())
        .containsExactly("GROUP   LEADER  REPLICAS", "data-0  a       a,b");
  }

  @Test
  void replicas_that_differ_end_with_7() {
    api.on(
        "GET /api/v1/storage/verify",
        200,
        "{\"groups\":[{\"group\":\"meta\",\"appliedIndex\":9,\"equal\":false,\"replicas\":["
            + "{\"node\":\"a\",\"appliedIndex\":9,\"hash\":\"x\"},"
            + "{\"node\":\"b\",\"appliedIndex\":9,\"hash\":\"y\"}]}]}");
    assertThat(run("storage", "verify")).isEqualTo(ExitCode.CHECK_FAILED.number());
    assertThat(out.toString()).contains("failed");
  }

  @Test
  void orders_to_the_store_say_what_follows() {
    String begun = "{\"done\":true}";
    api.on("POST /api/v1/storage/nodes/n/replace", 200, begun)
        .on("POST /api/v1/storage/nodes/n/drain", 200, begun)
        .on("POST /api/v1/storage/groups/meta/transfer", 200, begun);
    assertThat(run("storage", "replace", "n")).isZero();
    assertThat(run("storage", "drain", "n")).isZero();
    assertThat(run("storage", "transfer", "meta", "n")).isZero();
    assertThat(out.toString().lines()).hasSize(3).last().isEqualTo("n is to lead meta");
    assertThat(api.requests())
        .containsExactly(
            "POST /api/v1/storage/nodes/n/replace {}",
            "POST /api/v1/storage/nodes/n/drain {}",
            "POST /api/v1/storage/groups/meta/transfer {\"to\":\"n\"}");
  }

  @Test
  void a_recovery_passes_on_the_words_that_confirm_it() {
    String words = "lose meta but on n";
    api.on("POST /api/v1/storage/groups/meta/recover", 200, "{\"done\":true}");
    assertThat(run("storage", "recover", "meta", "n", "--confirm", words)).isZero();
    assertThat(out.toString().strip()).isEqualTo("n is the only voter of meta");
    assertThat(api.requests())
        .containsExactly(
            "POST /api/v1/storage/groups/meta/recover"
                + " {\"node\":\"n\",\"confirm\":\"lose meta but on n\"}");
  }

  @Test
  void a_backup_says_where_it_is() {
    api.on(
        "POST /api/v1/storage/backup",
        200,
        "{\"node\":\"node-0\",\"path\":\"/b\",\"groups\":[{\"group\":\"meta\",\"revision\":7,"
            + "\"bytes\":9}]}");
    assertThat(run("backup")).isZero();
    assertThat(out.toString()).contains("meta   7", "on node-0 in /b");
  }
}
