package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.gateway.core.Traffic;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.service.ServiceContext;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** What holds at this moment at this node. */
final class Now {
  private Now() {}

  static Traffic traffic(ServiceContext context) {
    OptionalLong confirmedNs = context.hardState().confirmedNs();
    Predicate<FacetKey> gaps = context.hardState().gaps();
    CatalogReplica catalog = context.catalog();
    return new Traffic(
        service -> exclusive(catalog, gaps, new FacetKey(Kind.POLICY, service, "")),
        () -> catalog.all(Kind.ROLE, RoleRecord.class),
        confirmedNs,
        context.time().nowNs(),
        context.time().wallMs());
  }

  private static boolean exclusive(
      CatalogReplica catalog, Predicate<FacetKey> gaps, FacetKey policy) {
    return gaps.test(policy)
        || catalog.get(policy, Policy.class).filter(Policy::exclusive).isPresent();
  }
}
