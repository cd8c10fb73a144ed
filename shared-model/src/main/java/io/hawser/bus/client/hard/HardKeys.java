package io.hawser.bus.client.hard;

import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The keys of records in the store: {@code hawser/<kind>/<scope>/<name>}, with the scope or the
 * name left empty where there is none. Names have no slashes ({@link io.hawser.model.Names}).
 */
public final class HardKeys {
  /** What the keys of all records begin with; keys of other things may as well. */
  public static final String PREFIX = "hawser/";

  private static final List<String> VITAL =
      Stream.of(Kind.ROLE, Kind.INCIDENT, Kind.FAILOVER, Kind.PAUSE, Kind.PROCESS_OWNER)
          .map(HardKeys::prefix)
          .toList();

  private HardKeys() {}

  /** Whether a key is of what failovers write, of which little is kept. */
  public static boolean vital(String key) {
    return VITAL.stream().anyMatch(key::startsWith);
  }

  /**
   * @throws IllegalArgumentException when a part of it has a slash
   */
  public static String of(FacetKey key) {
    if (key.scope().contains("/") || key.name().contains("/")) {
      throw new IllegalArgumentException("no record can have the name " + key);
    }
    return prefix(key.kind(), key.scope()) + key.name();
  }

  /** What the keys of a kind begin with. */
  public static String prefix(Kind kind) {
    return PREFIX + word(kind) + "/";
  }

  /** What the keys of a kind and a scope begin with. */
  public static String prefix(Kind kind, String scope) {
    return prefix(kind) + scope + "/";
  }

  /** The record that a key is of; empty when it is of none, or of a kind that is not known here. */
  public static Optional<FacetKey> parse(String key) {
    List<String> parts = List.of(key.split("/", -1));
    if (parts.size() != 4 || !key.startsWith(PREFIX)) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      if (word(kind).equals(parts.get(1))) {
        return Optional.of(new FacetKey(kind, parts.get(2), parts.get(3)));
      }
    }
    return Optional.empty();
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
