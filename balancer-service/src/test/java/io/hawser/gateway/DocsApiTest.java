package io.hawser.gateway;

import static io.hawser.gateway.ContractRules.CONTRACT;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.gateway.contract.Contract;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The contract over HTTP: the file, and the page for people. */
@TestInstance(Lifecycle.PER_CLASS)
class DocsApiTest {
  private final TestApi api = new TestApi();

  @AfterAll
  void stop() {
    api.close();
  }

  private Reply send(String path, Map<String, String> headers) {
    return api.send("GET", path, headers, "");
  }

  @Test
  void the_contract_is_served_as_it_is() {
    Reply reply = send("/openapi.yaml", Map.of());

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("Content-Type")).isEqualTo("application/yaml");
    assertThat(reply.body()).isEqualTo(Contract.load().text());
    assertThat(api.send("HEAD", "/openapi.yaml", Map.of(), "").body()).isEmpty();
  }

  @Test
  void what_a_client_has_already_is_not_sent_again() {
    for (String path : List.of("/openapi.yaml", "/docs")) {
      String etag = send(path, Map.of()).header("ETag");
      assertThat(etag).startsWith("\"").endsWith("\"");
      assertThat(send(path, Map.of("If-None-Match", etag)).status()).isEqualTo(304);
      assertThat(send(path, Map.of("If-None-Match", "\"x\", W/" + etag)).status()).isEqualTo(304);
      assertThat(send(path, Map.of("If-None-Match", "\"x\"")).status()).isEqualTo(200);
      assertThat(send(path, Map.of()).header("Cache-Control")).isEqualTo("no-cache");
    }
  }

  @Test
  void they_are_refused_as_everything_else_is() {
    assertThat(api.send("PUT", "/docs", Map.of(), "").code()).isEqualTo("method-not-allowed");
    assertThat(send("/openapi.yaml?v=1", Map.of()).code()).isEqualTo("unknown-parameter");
  }

  @Test
  void the_page_loads_nothing_and_runs_nothing() throws NoSuchAlgorithmException {
    Reply reply = send("/docs", Map.of());
    String page = reply.body();
    String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));

    assertThat(reply.header("Content-Security-Policy"))
        .startsWith("default-src 'none'; style-src 'sha256-")
        .contains(Base64.getEncoder().encodeToString(hash));
    assertThat(page)
        .doesNotContain(
            "<script", "<img", "<link", " style=", " src=", " href=\"http", "@import", "url(");
  }

  @Test
  void the_page_has_every_operation_and_schema_and_every_link_leads_somewhere() {
    String page = send("/docs", Map.of()).body();

    CONTRACT
        .rules()
        .forEach(rule -> assertThat(page).contains("<section id=\"" + rule.id() + "\""));
    CONTRACT
        .document()
        .getJsonObject("components")
        .getJsonObject("schemas")
        .fieldNames()
        .forEach(name -> assertThat(page).contains("id=\"schema-" + name + "\""));
    Pattern.compile("href=\"#([^\"]+)\"")
        .matcher(page)
        .results()
        .map((MatchResult link) -> "id=\"" + link.group(1) + "\"")
        .distinct()
        .forEach(id -> assertThat(page).contains(id));
  }
}
