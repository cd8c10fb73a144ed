package io.hawser.gateway.json;

import io.hawser.model.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** A rule for a text: what is wrong with one, if anything. */
@FunctionalInterface
public interface Text {
  int MAX_HOST = 255;
  int MAX_PATH = 1_024;
  int MAX_URL = 2_048;

  /** A name, as {@link Names} has it. */
  Text NAME = Text::nameFault;

  /** Where an instance can be reached: a host name or an IP address without brackets. */
  Text HOST = Text::hostFault;

  /** The path of a URL: starts with a slash, no query, no blanks. */
  Text PATH = Text::pathFault;

  /** An absolute http or https URL. */
  Text WEB_URL = Text::urlFault;

  /** What the text breaks, as the end of "x ..."; empty when it is fine. */
  Optional<String> fault(String text);

  /** Not empty, and without control characters. */
  static Text plain(int maxLength) {
    return text -> text.isEmpty() ? Optional.of("must not be empty") : lineFault(text, maxLength);
  }

  /** Without control characters; may be empty. */
  static Text line(int maxLength) {
    return text -> lineFault(text, maxLength);
  }

  private static Optional<String> lineFault(String text, int maxLength) {
    int length = text.codePointCount(0, text.length());
    if (length > maxLength) {
      return Optional.of("must have at most " + maxLength + " characters, it has " + length);
    }
    boolean unclean =
        text.codePoints().anyMatch(c -> Character.isISOControl(c) || isLoneSurrogate(c));
    return unclean
        ? Optional.of("must have no control characters or broken Unicode")
        : Optional.empty();
  }

  private static boolean isLoneSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }

  private static Optional<String> nameFault(String text) {
    try {
      String unused = Names.check("it", text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()).replaceFirst("^it ", ""));
    }
  }

  private static Optional<String> hostFault(String text) {
    if (text.isEmpty() || text.length() > MAX_HOST) {
      return Optional.of("must have 1 to " + MAX_HOST + " characters");
    }
    if (Hosts.UNSPECIFIED.contains(text)) {
      return Optional.of("must be an address that others can reach; " + text + " means any");
    }
    boolean sane = Hosts.NAME.matcher(text).matches() || Hosts.IPV6.matcher(text).matches();
    return sane
        ? Optional.empty()
        : Optional.of("must be a host name or an IP address, without port, brackets or scheme");
  }

  private static Optional<String> pathFault(String text) {
    if (!text.startsWith("/")) {
      return Optional.of("must start with /");
    }
    boolean unclean = text.chars().anyMatch(c -> c <= ' ' || c >= 127 || "?#\\".indexOf(c) >= 0);
    if (unclean) {
      return Optional.of("must be printable ASCII without blanks, ?, # and \\; encode the rest");
    }
    return lineFault(text, MAX_PATH);
  }

  private static Optional<String> urlFault(String text) {
    Optional<String> fault = lineFault(text, MAX_URL);
    if (fault.isPresent()) {
      return fault;
    }
    if (!Hosts.URL.matcher(text).matches()) {
      return Optional.of(Hosts.NO_URL);
    }
    try {
      URI uri = new URI(text);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean plain = uri.getHost() != null && uri.getFragment() == null;
      return web && plain && uri.getUserInfo() == null && uri.getPort() <= 65_535
          ? Optional.empty()
          : Optional.of(Hosts.NO_URL);
    } catch (URISyntaxException e) {
      return Optional.of("must be a URL: " + e.getReason());
    }
  }

  /** Patterns of hosts. */
  final class Hosts {
    private static final Pattern NAME =
        Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\\.?");
    private static final Pattern IPV6 = Pattern.compile("(?=.*:.*:)[0-9A-Fa-f:]+[0-9.]*");
    private static final Pattern URL =
        Pattern.compile(
            "https?://(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?"
                + "([/?][!$-;=?-Z_a-z~]*)?");
    private static final String NO_URL =
        "must be an http or https URL with a host, in ASCII, without user and fragment";
    private static final Set<String> UNSPECIFIED = Set.of("0.0.0.0", "::");

    private Hosts() {}
  }
}
