package io.hawser.protocol;

import io.hawser.balancer.core.AffinityTokens;
import io.hawser.balancer.core.Chooser;
import io.hawser.balancer.core.RoutingTable;
import io.hawser.balancer.core.TableBuilder;
import io.hawser.balancer.core.TableBuilder.Exclusives;
import io.hawser.balancer.core.Target;
import io.hawser.catalog.Exclusive;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.protocol.Ledger.Line;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A balancer since it last read who is active. It hears nothing of who is down, and its clock is
 * slow. What holds for it holds for an instance that goes by what its beats are answered: that is
 * no more than what the node knows that answers.
 */
final class Balancer {
  private static final AffinityTokens TOKENS =
      new AffinityTokens("secret".getBytes(StandardCharsets.UTF_8));

  /** As the builder has made them of the same roles at the same time. */
  private static final Map<String, RoutingTable> TABLES = new HashMap<>();

  private final RoutingTable table;
  private final long readMs;
  private final String holders;

  private Balancer(RoutingTable table, long readMs, String holders) {
    this.table = table;
    this.readMs = readMs;
    this.holders = holders;
  }

  static Balancer reading(Rules rules, Map<FacetKey, Line> records, long nowMs) {
    Map<String, RoleRecord> roles = new TreeMap<>();
    records.forEach(
        (key, line) -> {
          if (key.kind() == Kind.ROLE && line.value() instanceof RoleRecord role) {
            roles.put(key.name(), role);
          }
        });
    StringBuilder name = new StringBuilder();
    StringBuilder holders = new StringBuilder();
    roles.forEach(
        (id, role) -> {
          name.append(id).append(role.role());
          holders.append(role.role() == Role.ACTIVE ? id : "");
        });
    name.append(nowMs).append(rules.exclusive());
    RoutingTable table = TABLES.computeIfAbsent(name.toString(), n -> table(rules, roles, nowMs));
    return new Balancer(table, nowMs, holders.toString());
  }

  private static RoutingTable table(Rules rules, Map<String, RoleRecord> byId, long nowMs) {
    Map<FacetKey, RoleRecord> roles = new HashMap<>();
    Map<String, Health> health = new HashMap<>();
    byId.forEach(
        (id, role) -> {
          roles.put(Seat.key(Kind.ROLE, id), role);
          health.put(id, Health.UP);
        });
    OptionalLong askedNs = OptionalLong.of(Clock.ns(nowMs, Rules.SLOW));
    Set<String> exclusive = rules.exclusive() ? Set.of(Rules.SERVICE) : Set.of();
    return new TableBuilder(TOKENS)
        .build(
            List.of(Rules.view(byId, health)),
            Set.of(),
            new Exclusives(exclusive, Exclusive.holders(roles), askedNs),
            Map.of(),
            Rules.WALL_MS);
  }

  /** To whom a request goes now. */
  Optional<String> routes(Rules rules, long nowMs) {
    Optional<Target> target = table.match("h", "/" + Rules.SERVICE + "/");
    if (rules.fault() == Fault.STATIC_BALANCER) {
      return target.flatMap(t -> t.pool().routable().stream().findFirst()).map(e -> e.key().id());
    }
    long nowNs = Clock.ns(nowMs, Rules.SLOW);
    return target
        .flatMap(t -> new Chooser(() -> 0L).choose(t, "", 0, List.of(), nowNs))
        .map(endpoint -> endpoint.key().id());
  }

  /** What it goes by, and for how long. */
  String text(Rules rules, long nowMs) {
    if (!rules.exclusive()) {
      return holders;
    }
    return routes(rules, nowMs).isEmpty() ? "-" : holders + (nowMs - readMs);
  }
}
