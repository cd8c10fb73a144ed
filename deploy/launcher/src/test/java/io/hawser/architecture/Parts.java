package io.hawser.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The parts of the suite and the directions between them: model, then bus and clients, then the
 * SPI, then the services, then the launcher and the command line, then the drill and bench kits.
 * Services are free of one another: they meet on the bus.
 */
final class Parts {
  static final Set<String> SERVICES =
      Set.of("registry", "failover", "balancer", "gateway", "storage", "monitor");

  /** What is as pure as a core, and so a core's to use: the values, and the gateway's JSON. */
  static final Set<String> PURE = Set.of("model", "catalog", "gateway.json");

  private static final Set<String> SHARED =
      Set.of("model", "catalog", "node", "bus", "bus.client", "service");

  private final String root;
  private final Map<String, Set<String>> allowed = new TreeMap<>();

  /**
   * @param root the package that the parts are in
   */
  Parts(String root) {
    this.root = root;
    allowed.put("model", Set.of());
    allowed.put("catalog", Set.of("model"));
    allowed.put("node", Set.of("model"));
    allowed.put("bus", Set.of("model", "catalog", "node"));
    allowed.put("bus.client", Set.of("model", "catalog", "node", "bus"));
    allowed.put("service", Set.of("model", "catalog", "node", "bus", "bus.client"));
    SERVICES.forEach(service -> allowed.put(service, SHARED));
    Set<String> all = new TreeSet<>(SHARED);
    all.addAll(SERVICES);
    allowed.put("launcher", all);
    allowed.put("cli", Set.of("launcher", "model", "node"));
    allowed.put("drill", Set.of("cli", "model", "node"));
    Set<String> benched = new TreeSet<>(all);
    benched.addAll(Set.of("cli", "drill"));
    allowed.put("bench", benched);
    allowed.put("examples", Set.of());
  }

  String root() {
    return root;
  }

  String in(String part) {
    return root + "." + part;
  }

  /** The part that a class belongs to; empty when it is in none that is known. */
  Optional<String> of(JavaClass type) {
    String name = type.getPackageName();
    return allowed.keySet().stream()
        .filter(part -> name.equals(in(part)) || name.startsWith(in(part) + "."))
        .max((a, b) -> Integer.compare(a.length(), b.length()));
  }

  boolean ours(JavaClass type) {
    return type.getPackageName().startsWith(root + ".");
  }

  boolean mayUse(String part, String other) {
    return part.equals(other) || allowed.getOrDefault(part, Set.of()).contains(other);
  }
}
