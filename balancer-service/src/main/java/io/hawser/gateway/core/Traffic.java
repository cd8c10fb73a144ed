package io.hawser.gateway.core;

import io.hawser.catalog.Exclusive;
import io.hawser.catalog.InstanceView;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which instances traffic may go to at one moment, by the same rule as the balancers have: of an
 * exclusive service the one that the manager made active, as long as the store has confirmed within
 * the term that it is still the one. To be made before the instances are read that it is asked
 * about. Not thread-safe: for one answer.
 */
public final class Traffic {
  private final Predicate<String> exclusive;
  private final Supplier<Map<FacetKey, RoleRecord>> roles;
  private final long wallMs;
  private final long termMs;
  private @Nullable Map<String, InstanceKey> holders;

  /**
   * @param exclusive whether at most one instance of a service may be routed
   * @param roles all that there are; asked once, if at all
   * @param confirmedNs when it was asked whether all roles are what the store has, as they were
   *     found to be
   */
  public Traffic(
      Predicate<String> exclusive,
      Supplier<Map<FacetKey, RoleRecord>> roles,
      OptionalLong confirmedNs,
      long nowNs,
      long wallMs) {
    this.exclusive = exclusive;
    this.roles = roles;
    this.wallMs = wallMs;
    this.termMs =
        confirmedNs.isPresent()
            ? Math.max(
                0, TimeUnit.NANOSECONDS.toMillis(RoleTerm.NS - (nowNs - confirmedNs.getAsLong())))
            : 0;
  }

  public long wallMs() {
    return wallMs;
  }

  /** Whether at most one instance of the service may be routed. */
  public boolean exclusive(String service) {
    return exclusive.test(service);
  }

  /** Whether it is still sure who is active in exclusive services. */
  public boolean confirmed() {
    return termMs > 0;
  }

  /** For how long an instance may take itself for the active one of its exclusive service. */
  public long termMs(InstanceKey instance) {
    return instance.equals(holders().get(instance.service())) ? termMs : 0;
  }

  public boolean mayGoTo(InstanceView view) {
    return view.routable(wallMs) && (!exclusive(view.key().service()) || termMs(view.key()) > 0);
  }

  /** The role in force. In an exclusive service the wish to be active counts for nothing. */
  public Role role(InstanceView view) {
    return view.roleRecord().isEmpty() && exclusive(view.key().service())
        ? Role.STANDBY
        : view.role();
  }

  private Map<String, InstanceKey> holders() {
    Map<String, InstanceKey> known = holders;
    if (known == null) {
      known = Exclusive.holders(roles.get());
      holders = known;
    }
    return known;
  }
}
