package io.hawser.registry;

import io.hawser.bus.client.CatalogReplica;
import io.hawser.catalog.InstanceView;
import io.hawser.model.InstanceKey;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Goes through the whole catalog and all that is watched, again and again, a part at a time: what a
 * notice of a change did not bring is found so, and no tick has to carry a hundred thousand
 * instances. On one event loop.
 */
final class Sweep {
  /** Instances in a step; and as long as everything may be different. */
  private static final int STEADY = 100;

  private static final int HURRIED = 2_000;

  private final CatalogReplica catalog;
  private final Set<InstanceKey> watched;
  private final Consumer<InstanceView> there;
  private final Consumer<InstanceKey> gone;
  private final ArrayDeque<InstanceKey> toLookFor = new ArrayDeque<>();
  private final ArrayDeque<String> services = new ArrayDeque<>();
  private final ArrayDeque<InstanceKey> instances = new ArrayDeque<>();
  private int counted;
  private int total;
  private boolean hurried = true;

  /**
   * @param watched what is watched, as it is at any time
   * @param there told of each instance in the catalog
   * @param gone told of each that is watched and is not in the catalog
   */
  Sweep(
      CatalogReplica catalog,
      Set<InstanceKey> watched,
      Consumer<InstanceView> there,
      Consumer<InstanceKey> gone) {
    this.catalog = catalog;
    this.watched = watched;
    this.there = there;
    this.gone = gone;
  }

  /** Goes on with some instances; returns whether the end was reached. */
  boolean step() {
    for (int left = hurried ? HURRIED : STEADY; left > 0; left--) {
      InstanceKey key = toLookFor.poll();
      if (key != null) {
        if (catalog.instance(key).isEmpty()) {
          gone.accept(key);
        }
      } else if (!nextInstance()) {
        hurried = false;
        return true;
      }
    }
    return false;
  }

  /** Queues names only: what is handed over is how the catalog has it then. */
  private boolean nextInstance() {
    InstanceKey key = instances.poll();
    while (key == null) {
      String service = services.poll();
      if (service == null) {
        total = counted;
        counted = 0;
        services.addAll(catalog.services());
        toLookFor.addAll(watched);
        return false;
      }
      catalog.service(service).instances().forEach(view -> instances.add(view.key()));
      key = instances.poll();
    }
    counted++;
    catalog.instance(key).ifPresent(there);
    return true;
  }

  /** Begins anew, so that every instance is looked at soon. */
  void restart() {
    toLookFor.clear();
    services.clear();
    instances.clear();
    counted = 0;
    hurried = true;
    services.addAll(catalog.services());
  }

  /** How many instances there were at the last time through. */
  int total() {
    return total;
  }
}
