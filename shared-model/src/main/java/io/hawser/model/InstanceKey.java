package io.hawser.model;

import java.util.Comparator;

/** Names one instance: the service, and the instance's id within it. */
@Wire(128)
public record InstanceKey(String service, String id) implements Comparable<InstanceKey> {
  private static final Comparator<InstanceKey> ORDER =
      Comparator.comparing(InstanceKey::service).thenComparing(InstanceKey::id);

  public InstanceKey {
    service = Names.check("service", service);
    id = Names.check("instance id", id);
  }

  @Override
  public int compareTo(InstanceKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return service + "/" + id;
  }
}
