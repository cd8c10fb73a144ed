package io.hawser.model;

import java.util.List;
import java.util.Optional;

/** What registry nodes, gateways and catalog replicas say to one another. */
public sealed interface RegistryMessage extends HawserMessage {

  /** Asks a registry node to take an instance in. Answered by {@link Registered}. */
  @Wire(1)
  record Register(InstanceKey instance, Facet.Registration registration, boolean replace)
      implements RegistryMessage {}

  /**
   * The instance is in the catalog.
   *
   * @param created false when a registration was renewed
   * @param entries what was written, so that the asker can read its own write at once
   */
  @Wire(2)
  record Registered(boolean created, List<Entry> entries) implements RegistryMessage {
    public Registered {
      entries = List.copyOf(entries);
    }
  }

  /** Asks a registry node to forget an instance. Answered by {@link Registered}, never created. */
  @Wire(3)
  record Deregister(InstanceKey instance) implements RegistryMessage {}

  /** An instance's own account of its load: fractions 0 to 1, and milliseconds. */
  @Wire(123)
  record Load(double cpu, double memory, double responseTimeMs) {}

  /** A sign of life. */
  @Wire(124)
  record Beat(InstanceKey instance, String incarnation, Optional<Load> load) {}

  /** Beats that one gateway took in over a few milliseconds. */
  @Wire(4)
  record Beats(NodeId relay, List<Beat> beats) implements RegistryMessage {
    public Beats {
      beats = List.copyOf(beats);
    }
  }

  /** A balancer could not use an instance: a reason to check it, never a verdict. */
  @Wire(5)
  record Complaint(NodeId balancer, InstanceKey instance, String incarnation, String reason)
      implements RegistryMessage {}

  /** Registers that were just written. */
  @Wire(6)
  record Delta(NodeId from, List<Entry> entries) implements RegistryMessage {
    public Delta {
      entries = List.copyOf(entries);
    }
  }

  /**
   * Asks for what differs: a hash for each bucket of the asker's catalog. Answered by {@link
   * Difference}.
   */
  @Wire(7)
  record Digest(NodeId from, List<Long> buckets) implements RegistryMessage {
    public Digest {
      buckets = List.copyOf(buckets);
    }
  }

  /**
   * The entries of the buckets that differ.
   *
   * @param buckets the numbers of those buckets, of which the other side wants the asker's entries
   */
  @Wire(8)
  record Difference(List<Entry> entries, List<Integer> buckets) implements RegistryMessage {
    public Difference {
      entries = List.copyOf(entries);
      buckets = List.copyOf(buckets);
    }
  }
}
