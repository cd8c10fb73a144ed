package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.Refused;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Writes of the registers that operators own. */
record Registers(CatalogReplica catalog) {
  /** The most registers of one kind. */
  static final int MAX_OF_A_KIND = 10_000;

  /** Writes a register. Succeeds with whether it is new. */
  Future<Boolean> put(FacetKey key, Facet value) {
    if (catalog.get(key, Facet.class).isEmpty()
        && catalog.all(key.kind(), Facet.class).size() >= MAX_OF_A_KIND) {
      throw new Refused(
          "limit-reached", "there are " + MAX_OF_A_KIND + " of these; delete some first");
    }
    AtomicBoolean existed = new AtomicBoolean();
    return catalog
        .update(
            current -> {
              existed.set(current.get(key, Facet.class).isPresent());
              return Map.of(key, Optional.of(value));
            })
        .map(written -> !existed.get());
  }

  /**
   * Deletes a register.
   *
   * @param what "route" for one: the noun of the refusal when there is none
   */
  Future<Void> delete(FacetKey key, String what) {
    return catalog
        .update(
            current -> {
              if (current.get(key, Facet.class).isEmpty()) {
                throw unknown(what, key.name());
              }
              return Map.of(key, Optional.empty());
            })
        .mapEmpty();
  }

  /** The value of a register; refused when there is none. */
  <F extends Facet> F get(FacetKey key, Class<F> type, String what) {
    return catalog.get(key, type).orElseThrow(() -> unknown(what, key.name()));
  }

  private static Refused unknown(String what, String name) {
    return new Refused("unknown-" + what, "there is no " + what + " '" + name + "'");
  }
}
