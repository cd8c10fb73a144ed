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

  /**
   * Beats that one gateway took in over a short while: to registry nodes for the instances that
   * they watch, and to balancers those with a load.
   *
   * @param view a hash of the registry nodes that the relay saw when it chose to whom to send; 0
   *     when whom it reaches is not to pass any on
   */
  @Wire(4)
  record Beats(NodeId relay, List<Beat> beats, long view) implements RegistryMessage {
    public Beats {
      beats = List.copyOf(beats);
    }
  }

  /**
   * A registry node has the beats.
   *
   * @param quorate whether it hears a majority of the registry roster: else nothing that it knows
   *     of the instances decides anything
   */
  @Wire(272)
  record BeatsTaken(boolean quorate) implements RegistryMessage {}

  /** Asks a registry node how it knows instances. Answered by {@link Found}. */
  @Wire(273)
  record LookUp(List<InstanceKey> instances) implements RegistryMessage {
    public LookUp {
      instances = List.copyOf(instances);
    }
  }

  /**
   * @param entries their registrations, deletions among them; none of those that were never heard
   *     of
   */
  @Wire(274)
  record Found(List<Entry> entries) implements RegistryMessage {
    public Found {
      entries = List.copyOf(entries);
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
   * Asks for what differs between the asker's catalog and the callee's. Answered by {@link
   * Difference}.
   *
   * @param buckets a hash for each bucket of the asker's catalog, or for each leaf of one bucket
   * @param part 0 for the whole catalog; else the number of the bucket plus 1
   * @param after the position after which to go on in that bucket; 0 from its start
   */
  @Wire(7)
  record Digest(NodeId from, List<Long> buckets, int part, long after) implements RegistryMessage {
    public Digest {
      buckets = List.copyOf(buckets);
    }
  }

  /**
   * What differs.
   *
   * @param entries of a bucket, the callee's entries of the leaves that differ, as many as go into
   *     one message
   * @param buckets the numbers of the buckets that differ, or of the leaves
   * @param part of the question
   * @param after of the question
   * @param next the position of the last entry; 0 when there are no more
   * @param sinceMs since when the callee, or those that it learned from, have known of all
   *     deletions, in milliseconds since 1970; 0: unknown
   */
  @Wire(8)
  record Difference(
      List<Entry> entries, List<Integer> buckets, int part, long after, long next, long sinceMs)
      implements RegistryMessage {
    public Difference {
      entries = List.copyOf(entries);
      buckets = List.copyOf(buckets);
    }
  }
}
