package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.hard.HardState.Committed;
import io.hawser.bus.client.hard.HardStateReplica;
import io.hawser.bus.client.storage.Results;
import io.hawser.catalog.Refused;
import io.hawser.gateway.storage.Refusals;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Expect;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes of the registers that operators own: to the store what the store keeps, which takes a
 * quorum, and the others to the catalog of this node, which takes nobody.
 */
record Registers(CatalogReplica catalog, HardStateReplica hardState) {
  /** The most registers of one kind. */
  static final int MAX_OF_A_KIND = 10_000;

  static Registers of(ServiceContext context) {
    return new Registers(context.catalog(), context.hardState());
  }

  /** Writes a register, whatever it was. Succeeds with whether it is new. */
  Future<Boolean> put(FacetKey key, Facet value) {
    if (catalog.get(key, Facet.class).isEmpty()
        && catalog.all(key.kind(), Facet.class).size() >= MAX_OF_A_KIND) {
      throw new Refused(
          "limit-reached", "there are " + MAX_OF_A_KIND + " of these; delete some first");
    }
    return hardState.keeps(key.kind())
        ? hardState
            .store()
            .put(key, value, Expect.ANY, List.of())
            .map(outcome -> Refusals.value("the write", outcome).created().contains(key))
        : putInCatalog(key, value);
  }

  private Future<Boolean> putInCatalog(FacetKey key, Facet value) {
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
    return hardState.keeps(key.kind())
        ? hardState
            .store()
            .delete(key, Expect.PRESENT, List.of())
            .map(outcome -> deleted(key, what, outcome))
            .mapEmpty()
        : deleteInCatalog(key, what);
  }

  private static Committed deleted(FacetKey key, String what, Outcome<Committed> outcome) {
    if (outcome instanceof Outcome.Rejected<Committed> refused
        && refused.code().equals(Results.REVISION_MISMATCH)) {
      throw unknown(what, key.name());
    }
    return Refusals.value("the deletion", outcome);
  }

  private Future<Void> deleteInCatalog(FacetKey key, String what) {
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
