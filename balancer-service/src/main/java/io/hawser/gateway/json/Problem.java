package io.hawser.gateway.json;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why a request is not done, as RFC 9457 wants it told. Thrown where it is found, answered by the
 * dispatcher. Immutable but for what every throwable has.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, Object> extra;
  private final transient Map<String, String> headers;

  private Problem(
      int status,
      String code,
      String detail,
      Map<String, Object> extra,
      Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }

  /**
   * @param code stable, kebab-case, for machines
   * @param detail for people: what, why and how to mend it
   */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, Map.of(), Map.of());
  }

  /**
   * A request that breaks its contract. The first violation gives the code; all of them are told.
   */
  public static Problem invalid(List<Violation> violations) {
    Violation first = violations.getFirst();
    Map<String, Object> extra = new LinkedHashMap<>();
    extra.put("pointer", first.pointer());
    extra.put("errors", violations.stream().map(RecordJson::of).toList());
    return new Problem(400, first.code(), first.detail(), extra, Map.of());
  }

  /** A part of the design that is not there yet. */
  public static Problem notImplemented(String what) {
    return of(
        501, "not-implemented", what + " is not implemented in this version; nothing was done");
  }

  /** The same problem with a header on its answer. */
  public Problem with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Problem(status, code, detail(), extra, more);
  }

  /** The same problem with a field in its body. */
  public Problem also(String field, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(extra);
    more.put(field, value);
    return new Problem(status, code, detail(), more, headers);
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public String detail() {
    return String.valueOf(getMessage());
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** The body of the answer. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", "urn:hawser:problem:" + code);
    json.put("title", title());
    json.put("status", status);
    json.put("code", code);
    json.put("detail", detail());
    json.putAll(extra);
    return json;
  }

  private String title() {
    String words = code.replace('-', ' ');
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }
}
