package io.hawser.model;

import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Result;
import java.util.List;
import java.util.Optional;

/**
 * What clients and storage nodes say to one another, and the entries of the groups' logs. A group
 * is {@code meta} or {@code data-<n>}.
 */
public sealed interface StorageMessage extends HawserMessage {
  String META = "meta";

  /** The verb of {@link Operate} with which a registry node enters itself in the roster. */
  String ENTER_REGISTRY = "enter-registry";

  /** The verb with which an operator takes one out. */
  String FORGET_REGISTRY = "forget-registry";

  /**
   * A change under the id of its client. A client numbers its changes from 1 and repeats one only
   * under its number.
   *
   * @param lowestPending every change below this number has its result at the client: the group may
   *     forget those
   */
  @Wire(230)
  record Mutation(String client, long sequence, long lowestPending, StorageOp op) {}

  /**
   * An entry of a group's log.
   *
   * @param stampMs the leader's wall clock, never less than that of the entry before
   */
  @Wire(231)
  record LogEntry(long stampMs, List<Mutation> mutations) implements StorageMessage {
    public LogEntry {
      mutations = List.copyOf(mutations);
    }
  }

  /**
   * Asks a storage node for a change, answered by {@link Reply}. Only the leader carries it out.
   */
  @Wire(232)
  record Write(String group, Mutation mutation) implements StorageMessage {}

  /** How fresh a read must be. */
  enum Freshness {
    /** Sees every write that ended before the read began. */
    LINEARIZABLE,
    /** What this replica has, if it has {@code minRevision}. */
    STALE
  }

  /** Reads one key, answered by {@link Reply} with {@link Found}. */
  @Wire(233)
  record Get(String group, String key, Freshness freshness, long minRevision)
      implements StorageMessage {}

  /**
   * Reads keys in the order of their UTF-8 bytes, answered by {@link Reply} with {@link Listed}.
   *
   * @param after only keys that follow this one; empty for all
   */
  @Wire(234)
  record ListKeys(
      String group,
      String prefix,
      String after,
      int limit,
      boolean values,
      Freshness freshness,
      long minRevision)
      implements StorageMessage {}

  /**
   * Waits for changes of keys with a prefix after a revision, answered by {@link Reply} with {@link
   * Changes}: at once when there are some, else with none when the time is over. Any replica
   * answers, from what it has applied.
   */
  @Wire(235)
  record Await(String group, String prefix, long afterRevision, int limit, long waitMs)
      implements StorageMessage {}

  /** Asks for the state of a lease, answered by {@link Reply} with {@link LeaseFound}. */
  @Wire(236)
  record GetLease(String lease) implements StorageMessage {}

  /**
   * Renews a lease, without an entry in the log: the leader confirms that it leads. Answered by
   * {@link Reply} with {@link LeaseState}, {@code LeaseHeld} or {@code LeaseGone}.
   */
  @Wire(237)
  record Renew(String lease, String holder, long epoch) implements StorageMessage {}

  /**
   * Something for a storage node's operator, answered by {@link Reply} with {@link Told}.
   *
   * @param verb such as {@code verify}, {@code snapshot} or {@code transfer}
   * @param arguments as the verb takes them
   */
  @Wire(238)
  record Operate(String group, String verb, List<String> arguments) implements StorageMessage {
    public Operate {
      arguments = List.copyOf(arguments);
    }
  }

  /** A storage node's answer. */
  @Wire(240)
  record Reply(Content content) implements StorageMessage {}

  sealed interface Content {}

  /** How a change ended. */
  @Wire(241)
  record Applied(Result result) implements Content {}

  /**
   * Another node has to be asked.
   *
   * @param leader who leads, if this node knows
   */
  @Wire(242)
  record NotLeader(Optional<NodeId> leader) implements Content {}

  /**
   * The group cannot answer now. Nothing was done, unless the reason is {@link #LOST_LEADERSHIP}.
   */
  @Wire(243)
  record Unavailable(String reason) implements Content {
    /** The node belongs to another cluster than the one that is meant; nothing was done. */
    public static final String OTHER_CLUSTER = "other-cluster";

    /** A majority of the group does not answer. */
    public static final String NO_QUORUM = "no-quorum";

    /** This node has no replica of the group. */
    public static final String NOT_HERE = "not-here";

    public static final String STOPPING = "stopping";

    /**
     * The node stopped to lead after it had taken the change: it may be carried out yet, and has to
     * be sent again under its number.
     */
    public static final String LOST_LEADERSHIP = "lost-leadership";

    /** Whether the node has no part in the group, whoever may have said that it leads. */
    public boolean neverHere() {
      return reason.equals(OTHER_CLUSTER) || reason.equals(NOT_HERE);
    }
  }

  /** Too much is waiting; nothing was done. */
  @Wire(244)
  record Overloaded(long retryAfterMs) implements Content {}

  /** The disk is nearly full: deletes and reads go on; nothing was done. */
  @Wire(245)
  record NoRoom(long usedBytes, long capacityBytes) implements Content {}

  @Wire(246)
  record Found(long revision, Optional<KeyMeta> meta, Optional<Blob> value) implements Content {}

  @Wire(247)
  record Item(String key, KeyMeta meta, Optional<Blob> value) {}

  /**
   * @param more whether keys follow the last item
   */
  @Wire(248)
  record Listed(long revision, List<Item> items, boolean more) implements Content {
    public Listed {
      items = List.copyOf(items);
    }
  }

  /** One key's change at a revision: what it became, or that it was deleted. */
  @Wire(249)
  record Change(long revision, String key, Optional<KeyMeta> meta, Optional<Blob> value) {}

  /**
   * Every change of the prefix after the asked revision up to {@code revision}, in order.
   *
   * @param compacted the history does not reach back that far: the asker must list again, and go on
   *     from there
   */
  @Wire(250)
  record Changes(long revision, List<Change> changes, boolean compacted) implements Content {
    public Changes {
      changes = List.copyOf(changes);
    }
  }

  /**
   * @param remainingMs as the leader counts it
   */
  @Wire(251)
  record LeaseFound(Optional<LeaseState> lease, long remainingMs) implements Content {}

  /** Free text or JSON, as the verb has it. */
  @Wire(252)
  record Told(String text) implements Content {}

  /** The answer to a renewal. */
  @Wire(253)
  record Renewed(Result result) implements Content {}

  /**
   * Published by a node that begins to lead a group. A hint: clients send again there at once.
   *
   * @param cluster whose group it is; empty from an earlier version
   */
  @Wire(229)
  record Leads(String group, NodeId leader, long term, String cluster) implements StorageMessage {}

  /**
   * Requests of one client to one node that came together, answered by {@link Reply} with {@link
   * Together} when the last of them is: they are of one kind and about one group, so that none
   * waits for long for another.
   *
   * @param cluster the one that is meant; empty when the client knows of none yet. A node of
   *     another one does nothing
   * @param count how many the client has sent: a node that can read fewer of them refuses them all.
   *     0 from an earlier version
   */
  @Wire(310)
  record Several(String cluster, List<StorageMessage> requests, int count)
      implements StorageMessage {
    /** Not all of the requests could be read; nothing was done. */
    public static final String UNREAD = "unread-request";

    public Several {
      requests = List.copyOf(requests);
    }
  }

  /** The answers to {@link Several}, in the order of the requests. */
  @Wire(311)
  record Together(List<Answered> answers) implements Content {
    public Together {
      answers = List.copyOf(answers);
    }
  }

  /**
   * The answer to one of {@link Several}.
   *
   * @param content empty when it was refused, or failed
   * @param refusal the code of the refusal; empty when it failed
   */
  @Wire(312)
  record Answered(Optional<Content> content, String refusal, String detail) {
    /**
     * As a refusal: the answers were too large for one message, and this one has to be asked for.
     */
    public static final String ALONE = "alone";
  }

  /** A record of the suite's own, as it stands in {@link #META} as the value of its key. */
  @Wire(214)
  record Kept(FacetKey key, Facet value) implements StorageMessage {}
}
