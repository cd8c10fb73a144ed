package io.hawser.catalog;

import java.util.List;
import java.util.Optional;

/** The instances of a service at one moment, by id. Immutable. */
public record ServiceView(String service, List<InstanceView> instances) {
  public ServiceView {
    instances = List.copyOf(instances);
  }

  public Optional<InstanceView> instance(String id) {
    return instances.stream().filter(i -> i.key().id().equals(id)).findFirst();
  }
}
