package io.hawser.balancer.wire;

/** What a request must be like before anything is done with it. */
public final class RequestRules {
  /** A request that has been through this many balancers of ours goes in a circle. */
  public static final int MAX_PASSAGES = 8;

  private static final String PSEUDONYM = " hawser";
  private static final int MAX_HOST = 255;
  private static final int MAX_HOPS_DIGITS = 9;
  private static final int ANY_NUMBER = -1;
  private static final int NO_NUMBER = -2;

  private RequestRules() {}

  /**
   * Refuses what is ambiguous or not for us.
   *
   * @return the path and query that is asked for
   */
  public static Asked check(Head head) throws BadMessage {
    int hosts = head.count(Field.HOST);
    if (hosts > 1 || (hosts == 0 && head.minor() == 1)) {
      throw BadMessage.of("a request needs exactly one Host header, this one has " + hosts);
    }
    String host = head.value(Field.HOST);
    if (!plausible(host)) {
      throw BadMessage.of("the Host header names no host");
    }
    if (head.methodIs("CONNECT")) {
      throw refusal(405, "method-unsupported", "this is no forward proxy: CONNECT is refused");
    }
    int hops = hops(head);
    if (hops == 0) {
      throw refusal(
          405, "method-unsupported", "Max-Forwards ends here, where the method means nothing");
    }
    if (hops == NO_NUMBER) {
      throw BadMessage.of("Max-Forwards is no number");
    }
    Asked asked = asked(head, host);
    if (head.has(Field.EXPECT) && !head.value(Field.EXPECT).equalsIgnoreCase("100-continue")) {
      throw refusal(417, "expectation-failed", "the only expectation that is met is 100-continue");
    }
    if (head.has(Field.VIA) && passages(head) >= MAX_PASSAGES) {
      throw refusal(
          508, "loop-detected", "an instance of this service is a balancer that leads back here");
    }
    return asked;
  }

  /**
   * What a request asks for.
   *
   * @param host with the port, if one was named; empty when an old client names none
   * @param uri path and query
   * @param absolute whether the host stood in the target: then the Host header does not count
   */
  public record Asked(String host, String uri, boolean absolute) {}

  private static Asked asked(Head head, String host) throws BadMessage {
    String target = head.target();
    if (target.charAt(0) == '/') {
      return new Asked(host, target, false);
    }
    if (target.equals("*") && head.methodIs("OPTIONS")) {
      return new Asked(host, target, false);
    }
    int scheme = target.regionMatches(true, 0, "http://", 0, 7) ? 7 : 0;
    scheme = target.regionMatches(true, 0, "https://", 0, 8) ? 8 : scheme;
    if (scheme == 0) {
      throw BadMessage.of("the request target must be a path that starts with a slash");
    }
    int path = scheme;
    while (path < target.length() && target.charAt(path) != '/' && target.charAt(path) != '?') {
      path++;
    }
    String authority = target.substring(scheme, path);
    if (authority.isEmpty() || !plausible(authority)) {
      throw BadMessage.of("the request target names no host");
    }
    String rest = target.substring(path);
    return new Asked(authority, rest.startsWith("/") ? rest : "/" + rest, true);
  }

  /** Whether it may be a host with or without a port: no spaces, no lists, no user. */
  private static boolean plausible(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || ",/\\?#@\"<>".indexOf(c) >= 0) {
        return false;
      }
    }
    return host.length() <= MAX_HOST;
  }

  /**
   * How many more hops a TRACE or an OPTIONS may make (RFC 9110 §7.6.2); below 0 when that does not
   * say.
   */
  static int hops(Head head) {
    if (!head.has(Field.MAX_FORWARDS) || !(head.methodIs("TRACE") || head.methodIs("OPTIONS"))) {
      return ANY_NUMBER;
    }
    String text = head.value(Field.MAX_FORWARDS);
    boolean digits = !text.isEmpty() && text.length() <= MAX_HOPS_DIGITS;
    for (int i = 0; i < text.length(); i++) {
      digits &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return digits && head.count(Field.MAX_FORWARDS) == 1 ? Integer.parseInt(text) : NO_NUMBER;
  }

  private static int passages(Head head) {
    int passages = 0;
    for (int i = head.fields().first(Field.VIA); i < head.count(); i++) {
      if (head.kind(i) == Field.VIA) {
        byte[] via = head.valueAt(i).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Tokens hops = new Tokens(via, 0, via.length);
        while (hops.next()) {
          passages += hops.endsWith(PSEUDONYM) ? 1 : 0;
        }
      }
    }
    return passages;
  }

  /** Whether sending it twice does what sending it once does (RFC 9110 §9.2.2). */
  public static boolean idempotent(Head head) {
    return head.methodIs("GET")
        || head.methodIs("HEAD")
        || head.methodIs("PUT")
        || head.methodIs("DELETE")
        || head.methodIs("OPTIONS")
        || head.methodIs("TRACE");
  }

  private static BadMessage refusal(int status, String code, String detail) {
    return new BadMessage(new Problem(status, code, detail));
  }
}
