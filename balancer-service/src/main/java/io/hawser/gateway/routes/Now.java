package io.hawser.gateway.routes;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.gateway.core.Traffic;
import io.hawser.model.Facet.Policy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.service.ServiceContext;
import java.util.OptionalLong;

/** What holds at this moment at this node. */
final class Now {
  private Now() {}

  static Traffic traffic(ServiceContext context) {
    OptionalLong confirmedNs = context.hardState().confirmedNs();
    CatalogReplica catalog = context.catalog();
    return new Traffic(
        service ->
            context.hardState().uninformed()
                || catalog
                    .get(new FacetKey(Kind.POLICY, service, ""), Policy.class)
                    .filter(Policy::exclusive)
                    .isPresent(),
        service -> catalog.service(service).instances(),
        confirmedNs,
        context.time().nowNs(),
        context.time().wallMs());
  }
}
