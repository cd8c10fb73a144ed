package io.hawser.catalog;

import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.InstanceKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which instance of an exclusive service may be routed: the only one whose role record says that it
 * is active, be it registered or not. What an instance wishes counts for nothing, and when there is
 * any doubt there is no route: better nobody than two.
 *
 * <p>Whoever asks must know that the records are not older than {@link
 * io.hawser.model.RoleTerm#MS}.
 */
public final class Exclusive {
  private Exclusive() {}

  /**
   * The one of each service that has one.
   *
   * @param roles of all instances
   */
  public static Map<String, InstanceKey> holders(Map<FacetKey, RoleRecord> roles) {
    Map<String, InstanceKey> holders = new HashMap<>();
    Set<String> disputed = new HashSet<>();
    roles.forEach(
        (key, record) -> {
          InstanceKey instance = new InstanceKey(key.scope(), key.name());
          if (record.role() == Role.ACTIVE && holders.put(key.scope(), instance) != null) {
            disputed.add(key.scope());
          }
        });
    holders.keySet().removeAll(disputed);
    return holders;
  }
}
