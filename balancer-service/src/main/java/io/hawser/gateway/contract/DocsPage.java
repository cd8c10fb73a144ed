package io.hawser.gateway.contract;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The contract as a page for people: one HTML text without scripts, images, or anything else to
 * load.
 */
public final class DocsPage {
  /** The page's one style sheet, to the letter as it stands in the page: its hash is allowed. */
  public static final String STYLE =
      """

      :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: flex; }
      nav { flex: 0 0 17rem; height: 100vh; position: sticky; top: 0; overflow: auto; padding: 1rem; box-sizing: border-box;
        border-right: 1px solid var(--line); font-size: .85rem; }
      nav ul { list-style: none; padding: 0 0 0 .5rem; margin: 0; }
      nav h2 { font-size: .9rem; margin: 1rem 0 .2rem; }
      main { flex: 1; min-width: 0; max-width: 62rem; padding: 1rem 2rem 6rem; }
      section section { border-top: 1px solid var(--line); margin-top: 2rem; }
      h3 { overflow-wrap: anywhere; }
      table { border-collapse: collapse; width: 100%; font-size: .9rem; }
      th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
      code, pre { font: .85em/1.4 ui-monospace, monospace; background: var(--soft); border-radius: 3px; }
      code { padding: .05em .25em; overflow-wrap: anywhere; }
      pre { padding: .6rem; overflow: auto; }
      b { font-size: .75rem; }
      .method { font-family: ui-monospace, monospace; margin-right: .5rem; }
      .planned { opacity: .6; }
      @media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; border: 0; } main { padding: 1rem; } }
      """;

  private final Document document;
  private final SchemaHtml schemas;

  private DocsPage(Contract contract) {
    this.document = contract.document();
    this.schemas = new SchemaHtml(document);
  }

  /** The page. */
  public static String of(Contract contract) {
    return new DocsPage(contract).page();
  }

  private String page() {
    Map<?, ?> info = document.object(document.root(), "info");
    String title = Html.escape(Document.text(info, "title") + " API");
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width\">\n<title>"
        + title
        + "</title>\n<style>"
        + STYLE
        + "</style>\n</head>\n<body>\n"
        + navigation()
        + "<main>\n<h1>"
        + title
        + "</h1>\n<p>"
        + Html.line(Document.text(info, "summary"))
        + " Version "
        + Html.escape(Document.text(info, "version"))
        + ". For programs: <a href=\"/openapi.yaml\">openapi.yaml</a>.</p>\n"
        + Html.prose(Document.text(info, "description"))
        + tags().stream().map(this::tag).collect(Collectors.joining())
        + components()
        + "</main>\n</body>\n</html>\n";
  }

  private List<Map<?, ?>> tags() {
    return document.objects(document.root(), "tags");
  }

  private List<Document.Entry> entries(Map<?, ?> tag) {
    return document.entries().stream()
        .filter(
            e ->
                e.operation().get("tags") instanceof List<?> names
                    && names.contains(tag.get("name")))
        .toList();
  }

  private String navigation() {
    StringBuilder html = new StringBuilder("<nav>\n");
    for (Map<?, ?> tag : tags()) {
      html.append("<h2>").append(Html.escape(Document.text(tag, "name"))).append("</h2>\n<ul>\n");
      for (Document.Entry entry : entries(tag)) {
        html.append("<li")
            .append(planned(entry) ? " class=\"planned\"" : "")
            .append('>')
            .append(Html.link(id(entry), Document.text(entry.operation(), "summary")))
            .append("</li>\n");
      }
      html.append("</ul>\n");
    }
    return html.append("</nav>\n").toString();
  }

  private static String id(Document.Entry entry) {
    return Document.text(entry.operation(), "operationId");
  }

  private boolean planned(Document.Entry entry) {
    return document.object(entry.operation(), "responses").containsKey("501")
        && document.object(entry.operation(), "responses").keySet().stream()
            .noneMatch(status -> status.toString().startsWith("2"));
  }

  private String tag(Map<?, ?> tag) {
    String name = Document.text(tag, "name");
    return "<section id=\"tag-"
        + Html.anchor(name)
        + "\">\n<h2>"
        + Html.escape(name)
        + "</h2>\n"
        + Html.prose(Document.text(tag, "description"))
        + entries(tag).stream().map(this::operation).collect(Collectors.joining())
        + "</section>\n";
  }

  private String operation(Document.Entry entry) {
    Map<?, ?> operation = entry.operation();
    return "<section id=\""
        + Html.escape(id(entry))
        + "\""
        + (planned(entry) ? " class=\"planned\"" : "")
        + ">\n<h3><span class=\"method\">"
        + entry.method()
        + "</span>"
        + Html.code(entry.path())
        + "</h3>\n<p>"
        + Html.line(Document.text(operation, "summary"))
        + (planned(entry) ? " (not there yet)" : "")
        + "</p>\n"
        + Html.prose(Document.text(operation, "description"))
        + parameters(entry)
        + body(document.object(operation, "requestBody"))
        + responses(document.object(operation, "responses"))
        + "</section>\n";
  }

  private String parameters(Document.Entry entry) {
    if (entry.parameters().isEmpty()) {
      return "";
    }
    return SchemaHtml.table(
        entry.parameters().stream()
            .map(
                p ->
                    schemas.row(
                        Document.text(p, "name"),
                        Boolean.TRUE.equals(p.get("required")),
                        p.get("schema") instanceof Map<?, ?> schema ? schema : Map.of(),
                        "In the "
                            + Document.text(p, "in")
                            + ". "
                            + Document.text(p, "description")))
            .collect(Collectors.joining()));
  }

  private String body(Map<?, ?> requestBody) {
    if (requestBody.isEmpty()) {
      return "";
    }
    String need = Boolean.TRUE.equals(requestBody.get("required")) ? "" : ", may be left out";
    return "<p>Body" + need + ": " + content(requestBody) + "</p>\n";
  }

  /** The media types of a body, each with its schema. */
  private String content(Map<?, ?> holder) {
    return document.object(holder, "content").entrySet().stream()
        .map(
            e -> {
              Map<?, ?> media = e.getValue() instanceof Map<?, ?> map ? map : Map.of();
              Map<?, ?> schema = media.get("schema") instanceof Map<?, ?> map ? map : Map.of();
              return Html.code(String.valueOf(e.getKey())) + " " + schemas.type(schema);
            })
        .collect(Collectors.joining(", "));
  }

  private String responses(Map<?, ?> responses) {
    StringBuilder rows = new StringBuilder();
    responses.forEach(
        (status, value) -> {
          Map<?, ?> response = value instanceof Map<?, ?> map ? document.resolved(map) : Map.of();
          rows.append("<tr><td>").append(Html.code(String.valueOf(status))).append("</td><td>");
          rows.append(Html.line(Document.text(response, "description"))).append("</td><td>");
          rows.append(content(response)).append(codes(response)).append("</td></tr>\n");
        });
    return "<table><tbody>\n" + rows + "</tbody></table>\n";
  }

  /** The codes that a problem may have in this place. */
  private String codes(Map<?, ?> response) {
    Map<?, ?> content = document.object(response, "content");
    Map<?, ?> media = document.object(content, "application/problem+json");
    Map<?, ?> schema = document.object(media, "schema");
    Map<?, ?> code = document.object(document.object(schema, "properties"), "code");
    return code.get("enum") instanceof List<?> words
        ? ": " + words.stream().map(w -> Html.code(w.toString())).collect(Collectors.joining(" "))
        : "";
  }

  private String components() {
    Map<?, ?> all = document.object(document.object(document.root(), "components"), "schemas");
    StringBuilder html = new StringBuilder("<section>\n<h2>Schemas</h2>\n");
    all.forEach(
        (name, schema) -> {
          String title = Html.escape(String.valueOf(name));
          html.append("<section id=\"schema-").append(title).append("\">\n<h3>").append(title);
          html.append("</h3>\n");
          html.append(schema instanceof Map<?, ?> map ? schemas.section(map) : "");
          html.append("</section>\n");
        });
    return html.append("</section>\n").toString();
  }
}
