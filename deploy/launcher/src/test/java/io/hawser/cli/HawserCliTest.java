package io.hawser.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.base.Cli;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.StubApi;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HawserCliTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
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
  void services_are_shown_as_a_table() {
    api.on("GET /api/v1/services", 200, "{\"services\":[{\"service\":\"echo\",\"instances\":3}]}");
    assertThat(run("services")).isZero();
    assertThat(out.toString().lines()).containsExactly("SERVICE  INSTANCES", "echo     3");
  }

  @Test
  void the_doctor_says_of_a_wrong_setting_what_is_wrong_and_ends_with_7() {
    assertThat(run("doctor", "--json", "--set", "api.prot=1"))
        .isEqualTo(ExitCode.CHECK_FAILED.number());
    assertThat(new JsonObject(out.toString()).getJsonArray("findings").stream())
        .map(JsonObject.class::cast)
        .filteredOn(finding -> "bad".equals(finding.getString("mark")))
        .singleElement()
        .satisfies(
            bad -> {
              assertThat(bad.getString("what")).isEqualTo("settings");
              assertThat(bad.getString("seen")).contains("api.prot");
              assertThat(bad.getString("mend")).contains("api.port");
            });
  }

  @Test
  void a_kit_that_is_not_there_says_where_it_belongs() {
    assertThat(run("drill", "run", "kill-backend", "--rounds", "2"))
        .isEqualTo(ExitCode.ENVIRONMENT.number());
    assertThat(err.toString()).contains("not on the class path", "kit/");
  }

  @Test
  void json_is_asked_for_before_or_after_the_command() {
    api.on("GET /api/v1/services", 200, "{\"services\":[]}");
    assertThat(run("--json", "services")).isZero();
    assertThat(run("services", "--json")).isZero();
    assertThat(out.toString().replaceAll("\\s", ""))
        .isEqualTo("{\"services\":[]}{\"services\":[]}");
  }

  @Test
  void a_nested_command_knows_the_global_options() {
    api.on(
        "GET /api/v1/failover/history",
        200,
        "{\"incidents\":[{\"id\":\"i1\",\"phase\":\"closed\"}]}");
    assertThat(run("failover", "history", "--json")).isZero();
    assertThat(new JsonObject(out.toString()).getJsonArray("incidents")).hasSize(1);
  }

  @Test
  void instances_of_every_service_are_listed_when_none_is_named() {
    api.on("GET /api/v1/services", 200, "{\"services\":[{\"name\":\"a\"},{\"name\":\"b\"}]}")
        .on("GET /api/v1/services/a/instances", 200, "[{\"id\":\"a-1\",\"health\":\"up\"}]")
        .on(
            "GET /api/v1/services/b/instances",
            200,
            "{\"instances\":[{\"id\":\"b-1\",\"health\":\"down\"}]}");
    assertThat(run("instances")).isZero();
    assertThat(out.toString()).contains("a        a-1  up", "b        b-1  down");
    assertThat(api.requests()).anyMatch(r -> r.contains("health=any"));
  }

  @Test
  void register_sends_what_was_given_and_nothing_else() {
    api.on("PUT /api/v1/services/shop/instances/shop-1", 201, "{}");
    int code =
        run(
            "register",
            "shop",
            "shop-1",
            "--port",
            "9",
            "--tag",
            "x",
            "--meta",
            "k=v",
            "--check",
            "http:/up",
            "--replace");
    assertThat(code).isZero();
    assertThat(api.requests())
        .containsExactly(
            "PUT /api/v1/services/shop/instances/shop-1?replace=true"
                + " {\"host\":\"127.0.0.1\",\"port\":9,"
                + "\"tags\":[\"x\"],\"meta\":{\"k\":\"v\"},\"checks\":[{\"type\":\"http\",\"path\":\"/up\"}]}");
    assertThat(out.toString()).contains("registered shop/shop-1 at 127.0.0.1:9");
  }

  @Test
  void a_cold_backup_carries_its_driver() {
    api.on("PUT /api/v1/services/shop/backups/b1", 201, "{}");
    int code =
        run(
            "backups",
            "add",
            "shop",
            "b1",
            "--port",
            "9",
            "--mode",
            "cold",
            "--driver",
            "process",
            "--arg",
            "template=t");
    assertThat(code).isZero();
    assertThat(api.requests().getFirst())
        .contains("\"driver\":{\"name\":\"process\",\"args\":{\"template\":\"t\"}}");
    assertThat(run("backups", "add", "shop", "b1", "--port", "9", "--mode", "cold"))
        .isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void a_problem_is_told_with_its_title_detail_and_code() {
    api.on(
        "PUT /api/v1/services/shop/instances/s",
        409,
        "{\"title\":\"Held\",\"detail\":\"shop/s lives as"
            + " 1-2\",\"code\":\"incarnation-conflict\"}");
    assertThat(run("register", "shop", "s", "--port", "9")).isEqualTo(ExitCode.CONFLICT.number());
    assertThat(err.toString())
        .contains("could not register shop/s")
        .contains("Held: shop/s lives as 1-2 (409 incarnation-conflict)");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void each_kind_of_refusal_has_its_exit_code() {
    for (Object[] pair :
        new Object[][] {
          {404, ExitCode.NOT_FOUND},
          {409, ExitCode.CONFLICT},
          {412, ExitCode.CONFLICT},
          {403, ExitCode.REFUSED},
          {503, ExitCode.UNREACHABLE},
          {400, ExitCode.FAILURE},
          {500, ExitCode.FAILURE},
        }) {
      api.on("DELETE /api/v1/services/s/instances/i", (int) pair[0], "");
      assertThat(run("deregister", "s", "i")).isEqualTo(((ExitCode) pair[1]).number());
    }
  }

  @Test
  void nobody_listening_is_6_and_says_how_to_start_a_node() {
    assertThat(run("services", "--server", "127.0.0.1:1")).isEqualTo(ExitCode.UNREACHABLE.number());
    assertThat(err.toString()).contains("cannot reach http://127.0.0.1:1").contains("hawser dev");
  }

  @Test
  void a_wrong_command_line_is_2_and_suggests() {
    assertThat(run("servces")).isEqualTo(ExitCode.USAGE.number());
    assertThat(err.toString()).contains("services");
    assertThat(run("register", "a", "b")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("failover")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("services", "--timeout", "x")).isEqualTo(ExitCode.USAGE.number());
    assertThat(run("services", "--server", "::")).isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void a_check_of_the_status_fails_with_7_when_the_cluster_is_not_ready() {
    api.on("GET /api/v1/cluster", 200, "{\"nodes\":[{\"id\":\"node-0\"}]}")
        .on("GET /api/v1/services", 200, "{\"services\":[]}")
        .on("GET /health/cluster", 503, "{}");
    assertThat(run("status")).isZero();
    assertThat(run("status", "--check")).isEqualTo(ExitCode.CHECK_FAILED.number());
  }

  @Test
  void the_kept_events_are_listed_and_filtered() {
    api.on(
        "GET /api/v1/events",
        200,
        "{\"events\":[{\"id\":\"1\",\"kind\":\"InstanceFailed\",\"service\":\"echo\",\"instance\":\"e1\",\"reason\":\"no"
            + " answer\"},{\"id\":\"2\",\"kind\":\"NodeJoined\",\"joined\":\"node-1\"}]}");
    assertThat(run("events", "--list", "--kind", "InstanceFailed")).isZero();
    assertThat(out.toString().strip())
        .isEqualTo("InstanceFailed         echo/e1  reason=\"no answer\"");
    assertThat(api.requests()).containsExactly("GET /api/v1/events?kind=InstanceFailed");
  }

  @Test
  void help_lists_every_exit_code() {
    assertThat(run("--help")).isZero();
    for (ExitCode code : ExitCode.values()) {
      assertThat(out.toString()).contains(Integer.toString(code.number()));
    }
    assertThat(run("help", "up")).isZero();
    assertThat(run("--version")).isZero();
    assertThat(run("completion", "zsh")).isZero();
    assertThat(run("completion", "fish")).isEqualTo(ExitCode.USAGE.number());
  }

  @Test
  void a_missing_configuration_file_is_a_usage_error() {
    assertThat(run("start", "--config", "/nonexistent/hawser.yaml"))
        .isEqualTo(ExitCode.USAGE.number());
    assertThat(err.toString()).contains("no such file");
  }

  @Test
  void the_settings_are_shown_with_their_origin() {
    assertThat(run("config", "show", "--origin", "--set", "api.port=8600")).isZero();
    assertThat(out.toString().lines())
        .anyMatch(line -> line.matches("api\\.port +8600 +flag"))
        .anyMatch(line -> line.matches("traffic\\.port +8080 +default"));
    assertThat(run("config", "show", "--json", "--set", "api.prot=1"))
        .isEqualTo(ExitCode.USAGE.number());
    assertThat(err.toString()).contains("Unknown setting 'api.prot'", "Did you mean 'api.port'?");
  }
}
