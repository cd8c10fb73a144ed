package io.hawser.model;

/**
 * Names one register of the catalog.
 *
 * @param scope the service for what belongs to one; empty for what does not (routes, rules,
 *     receivers)
 * @param name the instance, backup, incident, route, rule or receiver; empty for a service's policy
 */
@Wire(130)
public record FacetKey(Kind kind, String scope, String name) {
  /** The kinds of register. On the wire a kind goes by its name. */
  public enum Kind {
    REGISTRATION,
    VERDICT,
    MAINTENANCE,
    ROLE,
    BACKUP,
    POLICY,
    ROUTE,
    PROCESS_OWNER,
    INCIDENT,
    /** What the failover manager keeps of a service beside its incidents. */
    FAILOVER,
    PAUSE,
    RULE,
    ALERT,
    RECEIVER
  }

  public static FacetKey of(Kind kind, InstanceKey instance) {
    return new FacetKey(kind, instance.service(), instance.id());
  }

  /** A register that belongs to no service. */
  public static FacetKey named(Kind kind, String name) {
    return new FacetKey(kind, "", name);
  }

  /** The instance that this is about. Only for kinds whose name is an instance's. */
  public InstanceKey instance() {
    return new InstanceKey(scope, name);
  }
}
