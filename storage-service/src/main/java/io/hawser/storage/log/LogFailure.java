package io.hawser.storage.log;

import io.hawser.model.NodeId;
import java.util.Optional;

/** How a call to a {@link ReplicatedLog} fails. Has no stack trace: it is a value. */
public abstract sealed class LogFailure extends RuntimeException {
  private LogFailure(String message) {
    super(message, null, false, false);
  }

  /** Whether the entry may have been taken all the same: only its own id makes a retry safe. */
  public boolean unknown() {
    return false;
  }

  /** Another replica leads, or none does now. Nothing was done. */
  public static final class NotLeading extends LogFailure {
    private final transient Optional<NodeId> leader;

    public NotLeading(Optional<NodeId> leader) {
      super(leader.map(l -> l + " leads").orElse("nobody leads now"));
      this.leader = leader;
    }

    /** Who leads, as far as this replica knows. */
    public Optional<NodeId> leader() {
      return leader;
    }
  }

  /** Leadership went while the entry was on its way: it may still be committed, or never. */
  public static final class LostLeadership extends LogFailure {
    public LostLeadership(String detail) {
      super("lost leadership: " + detail);
    }

    @Override
    public boolean unknown() {
      return true;
    }
  }

  /** No majority answered in time. */
  public static final class NoQuorum extends LogFailure {
    public NoQuorum(String detail) {
      super("no quorum: " + detail);
    }
  }

  /** The queue of the group is full. Nothing was done; try again later. */
  public static final class Overloaded extends LogFailure {
    public Overloaded(String detail) {
      super("overloaded: " + detail);
    }
  }

  /** The engine refuses: a membership change while another runs, an unknown node, and the like. */
  public static final class Refused extends LogFailure {
    public Refused(String detail) {
      super(detail);
    }
  }

  /** The replica is closed or has failed: here nothing can be had any more. */
  public static final class Stopped extends LogFailure {
    private final boolean unknown;

    /**
     * @param unknown whether the entry may have been taken all the same
     */
    public Stopped(String detail, boolean unknown) {
      super("stopped: " + detail);
      this.unknown = unknown;
    }

    @Override
    public boolean unknown() {
      return unknown;
    }
  }
}
