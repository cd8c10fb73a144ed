package io.hawser.gateway.routes;

import io.hawser.gateway.contract.Contract;
import io.hawser.gateway.contract.DocsPage;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The contract itself: as it is, and as a page for people that is made on the first request. */
final class DocsRoutes {
  private final Contract contract;
  private @Nullable Page page;

  private record Page(Buffer body, Map<String, String> headers) {
    static Page of(String text, String type) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Content-Type", type);
      headers.put("ETag", "\"" + sha256(bytes).substring(0, 22) + "\"");
      // To be kept, and asked for again each time.
      headers.put("Cache-Control", "no-cache");
      return new Page(Buffer.buffer(bytes), headers);
    }

    Answer answer(Call call) {
      String seen = String.valueOf(call.headers().get("If-None-Match"));
      String etag = headers.getOrDefault("ETag", "");
      boolean fresh =
          seen.strip().equals("*")
              || Arrays.stream(seen.split(",", -1))
                  .anyMatch(tag -> tag.strip().replaceFirst("^W/", "").equals(etag));
      return fresh
          ? new Answer.Whole(304, headers, Optional.empty())
          : new Answer.Whole(200, headers, Optional.of(body));
    }
  }

  DocsRoutes(Contract contract) {
    this.contract = contract;
  }

  void addTo(Endpoints endpoints) {
    Page yaml = Page.of(contract.text(), "application/yaml");
    endpoints.on("getContract", call -> Future.succeededFuture(yaml.answer(call)));
    endpoints.on("getDocs", call -> Future.succeededFuture(docs().answer(call)));
  }

  private Page docs() {
    Page made = page;
    if (made == null) {
      made = Page.of(DocsPage.of(contract), "text/html; charset=utf-8");
      String style = sha256(DocsPage.STYLE.getBytes(StandardCharsets.UTF_8));
      made.headers()
          .put(
              "Content-Security-Policy",
              "default-src 'none'; style-src 'sha256-"
                  + style
                  + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
      made.headers().put("Referrer-Policy", "no-referrer");
      page = made;
    }
    return made;
  }

  private static String sha256(byte[] bytes) {
    try {
      return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
