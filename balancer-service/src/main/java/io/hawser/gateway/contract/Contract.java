package io.hawser.gateway.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The contract of the HTTP API. What it says of paths, methods, query parameters and bodies is what
 * the gateway routes by; its schemas are held against the readers by tests. Immutable.
 */
public final class Contract {
  private static final String RESOURCE = "/io/hawser/gateway/openapi.yaml";

  private final String text;
  private final Document document;
  private final List<Operation> operations;

  private Contract(String text, Document document) {
    this.text = text;
    this.document = document;
    this.operations = document.entries().stream().map(Contract::operation).toList();
  }

  /** Read once: it takes a while. */
  private static final class Shipped {
    static final Contract CONTRACT = read();
  }

  /** The contract that this gateway is built with. */
  public static Contract load() {
    return Shipped.CONTRACT;
  }

  private static Contract read() {
    try (InputStream in = Contract.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the contract is missing: " + RESOURCE);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param text an OpenAPI document in YAML
   */
  public static Contract parse(String text) {
    Object root = new Load(LoadSettings.builder().build()).loadFromString(text);
    if (!(root instanceof Map<?, ?> map)) {
      throw new IllegalStateException("the contract is no OpenAPI document");
    }
    return new Contract(text, new Document(map));
  }

  private static Operation operation(Document.Entry entry) {
    String path = entry.path();
    for (Map<?, ?> parameter : entry.parameters()) {
      if (Boolean.TRUE.equals(parameter.get("x-hawser-rest"))) {
        String name = Document.text(parameter, "name");
        path = path.replace("{" + name + "}", "{" + name + "...}");
      }
    }
    List<String> query =
        entry.parameters().stream()
            .filter(p -> "query".equals(p.get("in")))
            .map(p -> Document.text(p, "name"))
            .toList();
    return new Operation(
        Document.text(entry.operation(), "operationId"),
        entry.method(),
        path,
        Document.text(entry.operation(), "summary"),
        query,
        entry.operation().containsKey("requestBody"),
        takesAnyBody(entry.operation()),
        "node".equals(entry.operation().get("x-hawser-served-by")));
  }

  private static boolean takesAnyBody(Map<?, ?> operation) {
    return operation.get("requestBody") instanceof Map<?, ?> body
        && body.get("content") instanceof Map<?, ?> content
        && content.containsKey("application/octet-stream");
  }

  /** The document as it is served. */
  public String text() {
    return text;
  }

  public List<Operation> operations() {
    return operations;
  }

  Document document() {
    return document;
  }
}
