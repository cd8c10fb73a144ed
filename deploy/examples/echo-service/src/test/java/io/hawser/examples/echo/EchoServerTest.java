package io.hawser.examples.echo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EchoServerTest {
  private static HttpResponse<String> get(EchoServer server, String path, String accept)
      throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port() + path);
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .timeout(Duration.ofSeconds(5))
              .header("Accept", accept)
              .build();
      return client.send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void an_answer_names_the_instance_as_text_or_as_json() throws Exception {
    EchoServer server = new EchoServer(Flags.parse("--id", "echo-3"));
    try {
      assertThat(get(server, "/a?b=1", "*/*").body())
          .startsWith("hello from echo-3")
          .contains("/a?b=1");
      assertThat(get(server, "/a", "application/json").body()).contains("\"instance\":\"echo-3\"");
      assertThat(get(server, "/health", "*/*").statusCode()).isEqualTo(200);
    } finally {
      server.stop(Duration.ofSeconds(1));
    }
  }

  @Test
  void a_registration_carries_the_check_the_ttl_and_the_pid() {
    String json = EchoService.registration(Flags.parse("--host", "127.0.0.1"), 9001, "1-2");
    assertThat(json)
        .contains("\"port\":9001", "\"incarnation\":\"1-2\"", "\"ttlMs\":3000")
        .contains("\"checks\":[{\"type\":\"http\",\"path\":\"/health\",\"intervalMs\":500}]")
        .contains("\"pid\":\"" + ProcessHandle.current().pid() + "\"");
  }

  @Test
  void json_escapes_what_must_be_escaped() {
    assertThat(Json.object().put("a\"b", "c\\\n").end()).isEqualTo("{\"a\\\"b\":\"c\\\\\\u000a\"}");
  }
}
