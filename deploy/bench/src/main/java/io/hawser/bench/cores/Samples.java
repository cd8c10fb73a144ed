package io.hawser.bench.cores;

import io.hawser.catalog.InstanceView;
import io.hawser.model.Entry;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Instances as services register them. */
final class Samples {
  static final NodeId NODE = new NodeId("node-0");
  static final String INCARNATION = "10.0.0.1:8080";

  private Samples() {}

  static InstanceKey key(int i) {
    return new InstanceKey("shop-" + i % 50, "shop-" + i);
  }

  static Registration registration() {
    return new Registration(
        "10.0.0.1",
        8080,
        INCARNATION,
        1,
        "zone-a",
        List.of("v1", "blue"),
        Map.of("pid", "4711", "version", "1.2.3"),
        Role.ACTIVE,
        3_000,
        List.of(),
        1_800_000_000_000L);
  }

  static Entry entry(int i, long hlc) {
    return new Entry(
        FacetKey.of(Kind.REGISTRATION, key(i)), Optional.of(registration()), new Stamp(hlc, NODE));
  }

  static InstanceView view(int i) {
    return new InstanceView(
        key(i), registration(), Optional.empty(), Optional.empty(), Optional.empty());
  }
}
