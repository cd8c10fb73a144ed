package io.hawser.registry.core.admission;

import io.hawser.catalog.Catalog;
import io.hawser.catalog.InstanceView;
import io.hawser.catalog.Refused;
import io.hawser.model.Facet;
import io.hawser.model.Facet.CheckSpec;
import io.hawser.model.Facet.CheckType;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.HttpTerms;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RegistryMessage.Register;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decides, from the catalog as it is, what may be written to it about an instance. Without state.
 * Each decision is to be taken and written in one step of the catalog, so that of two that are at
 * odds only one is taken.
 */
public final class Admission {
  /** The most checks of an instance, and the longest path of one. */
  public static final int MAX_CHECKS = 8;

  public static final int MAX_PATH = 1_024;

  /**
   * The longest TTL, and the shortest: below it, the delays of a busy network would be failures.
   */
  public static final long MAX_TTL_MS = 86_400_000;

  public static final long MIN_TTL_MS = 200;

  /** How many entries the catalog takes before it refuses new instances. */
  public static final int MAX_ENTRIES = 1_000_000;

  /** How old the record of a registration gets while it is renewed, in milliseconds. */
  static final long RENEWED_MS = 60_000;

  private static final int MIN_INTERVAL_MS = 100;
  private static final int MAX_INTERVAL_MS = 3_600_000;
  private static final int MIN_TIMEOUT_MS = 10;
  private static final int MAX_TIMEOUT_MS = 60_000;
  private static final int MAX_IN_A_ROW = 100;
  private static final int MAX_HEADERS = 16;
  private static final int MAX_TEXT = 1_024;
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");

  private Admission() {}

  /**
   * What to write.
   *
   * @param created false when the registration was there and is renewed
   */
  public record Decision(boolean created, Map<FacetKey, Optional<Facet>> writes) {
    public Decision {
      writes = Map.copyOf(writes);
    }
  }

  /**
   * Takes an instance in. The same incarnation again is a renewal. When nothing changed, it writes
   * nothing as long as the instance is up and the registration is not old: a deletion elsewhere
   * that this node has yet to hear of must lose to a renewal after it. Another one takes the place
   * of one that is neither starting nor up (of a suspect only at the same address), or, with {@code
   * replace}, of any.
   *
   * @throws Refused with {@code instance-conflict}, {@code bad-check}, {@code bad-ttl} or {@code
   *     catalog-full}
   */
  public static Decision register(Catalog catalog, Register request, long wallMs) {
    InstanceKey key = request.instance();
    Registration wanted = checked(request.registration(), wallMs);
    InstanceView present = catalog.instance(key).orElse(null);
    if (present == null) {
      if (catalog.size() >= MAX_ENTRIES) {
        throw new Refused("catalog-full", "The catalog holds " + catalog.size() + " entries.");
      }
      return created(catalog, key, wanted);
    }
    if (!present.registration().incarnation().equals(wanted.incarnation())) {
      if (holds(present, wanted) && !request.replace()) {
        throw new Refused("instance-conflict", conflict(present, wanted));
      }
      return created(catalog, key, wanted);
    }
    Registration renewed = registeredAt(wanted, present.registration().registeredAtMs());
    FacetKey register = FacetKey.of(Kind.REGISTRATION, key);
    boolean fresh =
        catalog
            .entry(register)
            .filter(entry -> wallMs - entry.stamp().wallMs() < RENEWED_MS)
            .isPresent();
    return fresh && present.health() == Health.UP && renewed.equals(present.registration())
        ? new Decision(false, Map.of())
        : new Decision(false, Map.of(register, Optional.of(renewed)));
  }

  /**
   * Whether it holds its id against another one. One that is down does not, nor one that has yet to
   * show that it is back. Nor does a suspect against what is at its address: what passes the checks
   * of an instance that stopped to beat is likely its next life, restarted on the same port.
   */
  private static boolean holds(InstanceView present, Registration wanted) {
    Registration known = present.registration();
    return switch (present.health()) {
      case STARTING, UP -> true;
      case SUSPECT -> !known.host().equals(wanted.host()) || known.port() != wanted.port();
      case DOWN, RECOVERING -> false;
    };
  }

  private static Decision created(Catalog catalog, InstanceKey key, Registration registration) {
    Map<FacetKey, Optional<Facet>> writes = new HashMap<>();
    writes.put(FacetKey.of(Kind.REGISTRATION, key), Optional.of(registration));
    // A verdict that was written while the former registration was taken back is none on this one.
    FacetKey verdict = FacetKey.of(Kind.VERDICT, key);
    if (catalog.get(verdict, Verdict.class).isPresent()) {
      writes.put(verdict, Optional.empty());
    }
    return new Decision(true, writes);
  }

  private static String conflict(InstanceView present, Registration wanted) {
    return present.key()
        + " is "
        + present.health()
        + " as incarnation '"
        + present.registration().incarnation()
        + "' and cannot be registered as '"
        + wanted.incarnation()
        + "'. Deregister it first, use another id, or say replace=true.";
  }

  /**
   * Forgets an instance with its verdict. Its role and its maintenance stay: should it return, it
   * returns to those.
   *
   * @throws Refused with {@code unknown-instance}
   */
  public static Map<FacetKey, Optional<Facet>> deregister(Catalog catalog, InstanceKey key) {
    InstanceView present =
        catalog
            .instance(key)
            .orElseThrow(() -> new Refused("unknown-instance", "There is no " + key + "."));
    return removal(present);
  }

  /**
   * Forgets an instance that is still down in the incarnation that was judged; nothing when it is
   * not.
   */
  public static Map<FacetKey, Optional<Facet>> evict(
      Catalog catalog, InstanceKey key, String incarnation) {
    return catalog
        .instance(key)
        .filter(i -> i.registration().incarnation().equals(incarnation))
        .filter(i -> i.health() == Health.DOWN)
        .map(Admission::removal)
        .orElse(Map.of());
  }

  private static Map<FacetKey, Optional<Facet>> removal(InstanceView present) {
    Map<FacetKey, Optional<Facet>> writes = new HashMap<>();
    writes.put(FacetKey.of(Kind.REGISTRATION, present.key()), Optional.empty());
    if (present.verdict().isPresent()) {
      writes.put(FacetKey.of(Kind.VERDICT, present.key()), Optional.empty());
    }
    return writes;
  }

  /**
   * Writes a verdict on an instance that is still there in the incarnation that was judged, and is
   * still held to be what it was judged from; nothing when it is not: another observer was first.
   */
  public static Map<FacetKey, Optional<Facet>> judge(
      Catalog catalog, InstanceKey key, Health from, Verdict verdict) {
    boolean stands =
        catalog
            .instance(key)
            .filter(i -> i.registration().incarnation().equals(verdict.incarnation()))
            .filter(i -> i.health() == from)
            .isPresent();
    return stands ? Map.of(FacetKey.of(Kind.VERDICT, key), Optional.of(verdict)) : Map.of();
  }

  private static Registration checked(Registration r, long wallMs) {
    if (r.ttlMs() != 0 && (r.ttlMs() < MIN_TTL_MS || r.ttlMs() > MAX_TTL_MS)) {
      throw new Refused(
          "bad-ttl",
          "ttlMs must be 0 (no beats) or "
              + MIN_TTL_MS
              + " to "
              + MAX_TTL_MS
              + ", got "
              + r.ttlMs());
    }
    if (r.checks().size() > MAX_CHECKS) {
      throw new Refused(
          "bad-check",
          "An instance has at most " + MAX_CHECKS + " checks, got " + r.checks().size());
    }
    return new Registration(
        r.host(),
        r.port(),
        r.incarnation(),
        r.weight(),
        r.zone(),
        r.tags(),
        r.meta(),
        r.wishedRole(),
        r.ttlMs(),
        r.checks().stream().map(Admission::checked).distinct().toList(),
        wallMs);
  }

  private static Registration registeredAt(Registration r, long registeredAtMs) {
    return new Registration(
        r.host(),
        r.port(),
        r.incarnation(),
        r.weight(),
        r.zone(),
        r.tags(),
        r.meta(),
        r.wishedRole(),
        r.ttlMs(),
        r.checks(),
        registeredAtMs);
  }

  /** Figures out of range become the nearest in range; a path that is none is refused. */
  private static CheckSpec checked(CheckSpec spec) {
    return new CheckSpec(
        spec.type(),
        spec.type() == CheckType.HTTP ? path(spec.path()) : "",
        Math.clamp(spec.intervalMs(), MIN_INTERVAL_MS, MAX_INTERVAL_MS),
        Math.clamp(spec.timeoutMs(), MIN_TIMEOUT_MS, MAX_TIMEOUT_MS),
        Math.clamp(spec.fall(), 1, MAX_IN_A_ROW),
        Math.clamp(spec.rise(), 1, MAX_IN_A_ROW),
        spec.type() == CheckType.HTTP
            ? spec.http().map(Admission::checked).filter(terms -> !terms.equals(HttpTerms.DEFAULT))
            : Optional.empty());
  }

  /** Whatever of it would break the request that it makes is refused. */
  private static HttpTerms checked(HttpTerms terms) {
    boolean headersFit =
        terms.headers().size() <= MAX_HEADERS
            && terms.headers().entrySet().stream()
                .allMatch(h -> TOKEN.matcher(h.getKey()).matches() && plain(h.getValue()));
    if (!TOKEN.matcher(terms.method()).matches()
        || terms.method().equals("CONNECT")
        || !headersFit
        || terms.body().length() > MAX_TEXT) {
      throw new Refused(
          "bad-check",
          "The method of an HTTP check is a token other than CONNECT; it has at most "
              + MAX_HEADERS
              + " headers, of tokens and visible text; and it expects a text of at most "
              + MAX_TEXT
              + " characters.");
    }
    if (terms.statusFrom() < 200
        || terms.statusTo() > 599
        || terms.statusFrom() > terms.statusTo()) {
      throw new Refused("bad-check", "The status of an HTTP check is a range within 200 to 599.");
    }
    return terms;
  }

  private static boolean plain(String value) {
    return value.length() <= MAX_TEXT && value.chars().allMatch(c -> c >= ' ' && c != 0x7f);
  }

  private static String path(String path) {
    boolean printable = path.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!path.startsWith("/") || path.length() > MAX_PATH || !printable) {
      throw new Refused(
          "bad-check",
          "The path of an HTTP check starts with / and has at most "
              + MAX_PATH
              + " visible ASCII characters, got '"
              + path.substring(0, Math.min(path.length(), 64))
              + "'");
    }
    return path;
  }
}
