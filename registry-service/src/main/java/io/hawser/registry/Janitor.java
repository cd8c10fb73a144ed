package io.hawser.registry;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.bus.client.RegistryClient;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.NodeId;
import io.hawser.node.Members;
import io.hawser.node.Time;
import io.hawser.registry.core.admission.Tidy;
import io.hawser.service.ServiceContext;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes from the catalog what has had its time ({@link Tidy}). The registry node with the lowest
 * id does it for all; should two think so, both write the same. On one event loop.
 */
final class Janitor {
  private static final Logger log = LoggerFactory.getLogger(Janitor.class);

  /** How much later than said a maintenance may end. */
  private static final long ROUND_MS = 1_000;

  /** Verdicts are as many as instances: they are gone through in each so manieth round. */
  private static final int VERDICTS_EVERY = 60;

  /** The most that is deleted at once. */
  private static final int MOST = 1_000;

  private final CatalogReplica catalog;
  private final Members members;
  private final Time time;
  private int round;

  Janitor(ServiceContext context) {
    this.catalog = context.catalog();
    this.members = context.members();
    this.time = context.time();
  }

  void start(Vertx vertx) {
    long unused = vertx.setPeriodic(ROUND_MS, id -> round());
  }

  private void round() {
    round++;
    List<NodeId> live = members.liveWith(RegistryClient.ROLE);
    if (!live.isEmpty() && live.getFirst().equals(members.self().id())) {
      delete(maintenance());
      if (round % VERDICTS_EVERY == 0) {
        delete(verdicts());
      }
    }
  }

  private List<FacetKey> maintenance() {
    long wallMs = time.wallMs();
    return catalog.all(Kind.MAINTENANCE, Maintenance.class).entrySet().stream()
        .filter(entry -> Tidy.over(entry.getValue(), wallMs))
        .map(Map.Entry::getKey)
        .limit(MOST)
        .toList();
  }

  private List<FacetKey> verdicts() {
    return catalog.all(Kind.VERDICT, Verdict.class).keySet().stream()
        .filter(key -> catalog.instance(key.instance()).isEmpty())
        .limit(MOST)
        .toList();
  }

  private void delete(List<FacetKey> keys) {
    if (!keys.isEmpty()) {
      catalog
          .update(present -> Tidy.writes(present, keys, time.wallMs()))
          .onFailure(e -> log.warn("catalog not tidied cause={}", e.toString()));
    }
  }
}
