package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.HttpTerms;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The body that registers an instance. */
public final class RegistrationInput {
  public static final String DEFAULT_ZONE = "default";
  private static final int MAX_WEIGHT = 1_000;
  private static final int MAX_TAGS = 64;
  private static final int MAX_META = 64;
  private static final int MAX_LABEL = 128;
  private static final int MAX_META_VALUE = 1_024;
  private static final int MAX_INCARNATION = 256;
  private static final int MIN_TTL_MS = 500;
  private static final long MAX_TTL_MS = 86_400_000;
  private static final int MAX_CHECKS = 8;

  private static final int MAX_HEADERS = 16;
  private static final List<String> METHODS = List.of("GET", "HEAD", "POST", "PUT", "OPTIONS");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
  private static final Shape<Integer> STATUS = Shapes.integer(200, 599);
  private static final Shape<HttpTerms> TERMS = Shapes.object(RegistrationInput::terms);
  private static final Shape<CheckSpec> CHECK = Shapes.object(RegistrationInput::check);

  private RegistrationInput() {}

  /**
   * @param wallMs when the registration is made
   */
  public static Shape<Registration> shape(long wallMs) {
    return Shapes.object(fields -> registration(fields, wallMs));
  }

  private static Registration registration(Fields fields, long wallMs) {
    String host = fields.required("host", Shapes.text(Text.HOST));
    int port = fields.required("port", Shapes.integer(1, 65_535));
    return new Registration(
        host,
        port,
        fields.optional(
            "incarnation",
            Shapes.text(Text.plain(MAX_INCARNATION)),
            defaultIncarnation(host, port)),
        fields.optional("weight", Shapes.integer(0, MAX_WEIGHT), 1),
        fields.optional("zone", Shapes.text(Text.NAME), DEFAULT_ZONE),
        fields.optional(
            "tags", Shapes.list(MAX_TAGS, Shapes.text(Text.plain(MAX_LABEL))), List.of()),
        fields
            .optional(
                "meta", Shapes.texts(MAX_META, Text.plain(MAX_LABEL), Text.line(MAX_META_VALUE)))
            .orElseGet(Map::of),
        fields.optional("role", Shapes.word(Role.class), Role.ACTIVE),
        fields.optional("ttlMs", Shapes.longInteger(MIN_TTL_MS, MAX_TTL_MS), 0L),
        fields.optional("checks", Shapes.list(MAX_CHECKS, CHECK), List.of()),
        wallMs);
  }

  private static String defaultIncarnation(String host, int port) {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }

  private static CheckSpec check(Fields fields) {
    CheckType type = fields.required("type", Shapes.word(CheckType.class));
    Optional<String> path = fields.optional("path", Shapes.text(Text.PATH));
    if (path.isPresent() && type == CheckType.TCP) {
      fields.refuse("path", "bad-value", "is only for http checks");
    }
    Optional<HttpTerms> terms = fields.optional("http", TERMS);
    if (terms.isPresent() && type == CheckType.TCP) {
      fields.refuse("http", "bad-value", "is only for http checks");
    }
    return new CheckSpec(
        type,
        type == CheckType.HTTP ? path.orElse("/") : "",
        fields.optional("intervalMs", Shapes.integer(100, 3_600_000), 1_000),
        fields.optional("timeoutMs", Shapes.integer(10, 60_000), 1_000),
        fields.optional("fall", Shapes.integer(1, 100), 3),
        fields.optional("rise", Shapes.integer(1, 100), 2),
        terms);
  }

  private static HttpTerms terms(Fields fields) {
    int from = fields.optional("statusFrom", STATUS, HttpTerms.DEFAULT.statusFrom());
    int to = fields.optional("statusTo", STATUS, HttpTerms.DEFAULT.statusTo());
    if (from > to) {
      fields.refuse("statusTo", "bad-value", "must not be below statusFrom, which is " + from);
    }
    return new HttpTerms(
        fields.optional("method", Shapes.text(RegistrationInput::methodFault), "GET"),
        fields
            .optional(
                "headers",
                Shapes.texts(
                    MAX_HEADERS, RegistrationInput::headerFault, Text.line(MAX_META_VALUE)))
            .orElseGet(Map::of),
        from,
        to,
        fields.optional("body", Shapes.text(Text.line(MAX_META_VALUE)), ""),
        fields.optional("tls", Shapes.FLAG, false),
        fields.optional("verify", Shapes.FLAG, true));
  }

  private static Optional<String> methodFault(String text) {
    return METHODS.contains(text)
        ? Optional.empty()
        : Optional.of("must be one of " + String.join(", ", METHODS));
  }

  private static Optional<String> headerFault(String text) {
    return HEADER.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("must be the name of a header, of at most 64 characters");
  }
}
