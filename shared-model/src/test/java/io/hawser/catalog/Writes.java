package io.hawser.catalog;

import io.hawser.model.Entry;
import io.hawser.model.Epoch;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries of a catalog, as several nodes might write them. */
final class Writes {
  static final InstanceKey ECHO_A = new InstanceKey("echo", "a");
  static final NodeId NODE = new NodeId("node-0");

  private Writes() {}

  static Registration registration(String incarnation) {
    return new Registration(
        "127.0.0.1",
        9001,
        incarnation,
        1,
        "default",
        List.of(),
        Map.of(),
        Role.STANDBY,
        0,
        List.of(),
        0);
  }

  static Verdict verdict(String incarnation, Health health) {
    return new Verdict(incarnation, health, 0, "test", NODE, List.of());
  }

  static RoleRecord role(Role role) {
    return new RoleRecord(role, Epoch.NONE.next(), "incident", "test");
  }

  static Maintenance maintenance(long untilMs) {
    return new Maintenance("test", "ops", untilMs);
  }

  static void apply(Catalog catalog, Iterable<Entry> entries) {
    for (Entry entry : entries) {
      boolean unused = catalog.apply(entry);
    }
  }

  /** A write at a wall-clock time in milliseconds. */
  static Entry at(long wallMs, NodeId node, Kind kind, InstanceKey instance, Facet value) {
    return new Entry(FacetKey.of(kind, instance), Optional.of(value), stamp(wallMs, node));
  }

  static Entry at(long wallMs, Kind kind, Facet value) {
    return at(wallMs, NODE, kind, ECHO_A, value);
  }

  static Entry deleted(long wallMs, Kind kind, InstanceKey instance) {
    return new Entry(FacetKey.of(kind, instance), Optional.empty(), stamp(wallMs, NODE));
  }

  private static Stamp stamp(long wallMs, NodeId node) {
    return new Stamp(new HybridClock().next(wallMs), node);
  }
}
