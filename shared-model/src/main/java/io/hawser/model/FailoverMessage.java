package io.hawser.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the failover manager and the drivers say to one another. */
public sealed interface FailoverMessage extends HawserMessage {

  /**
   * Asks a node to have the process of an instance running: a child that still runs is left alone,
   * a dead one is started from the node's own template. Answered by {@link ProcessRunning}.
   *
   * @param args name a template and a port; never a command
   * @param term the epoch of the lease under which it is asked; the node refuses those of a manager
   *     that was followed by another one
   */
  @Wire(20)
  record EnsureProcess(
      InstanceKey instance,
      String host,
      int port,
      Map<String, String> args,
      String incident,
      Epoch epoch,
      long term)
      implements FailoverMessage {
    public EnsureProcess {
      args = Map.copyOf(args);
    }
  }

  /**
   * The process runs.
   *
   * @param started false when it ran already
   */
  @Wire(21)
  record ProcessRunning(NodeId node, long pid, boolean started) implements FailoverMessage {}

  /** What an operator may ask of the manager. */
  enum Verb {
    FAILOVER,
    SWITCHOVER,
    PAUSE,
    RESUME,
    ACK
  }

  /**
   * An operator's order, for the node whose manager acts. Answered by {@link Operated}.
   *
   * @param instance whose place is to be taken; empty for the only one that is active
   * @param candidate who is to take it; empty for the best one
   * @param untilMs wall clock; of a pause
   */
  @Wire(295)
  record Operate(
      Verb verb,
      String service,
      String instance,
      String candidate,
      String owner,
      String reason,
      long untilMs)
      implements FailoverMessage {}

  /**
   * The order is accepted.
   *
   * @param incident which carries it out; empty when it is done
   */
  @Wire(296)
  record Operated(String incident) implements FailoverMessage {}

  /** Asks the acting manager what it would do. Answered by {@link Outlook}. */
  @Wire(297)
  record AskOutlook(String service) implements FailoverMessage {}

  /**
   * A member of a pool.
   *
   * @param whyNot empty when it may be activated
   */
  @Wire(298)
  record Prospect(String instance, String mode, String whyNot) {}

  /**
   * What the manager would do if the instance failed now.
   *
   * @param candidate who would take its place; empty when nobody would
   * @param whyNot why nothing would be done; empty when it would
   */
  @Wire(299)
  record Prediction(String instance, String candidate, String whyNot, List<Prospect> prospects) {
    public Prediction {
      prospects = List.copyOf(prospects);
    }
  }

  /** What the manager sees of a service. */
  @Wire(300)
  record ServiceOutlook(
      String service,
      boolean exclusive,
      long blockedUntilMs,
      Optional<Facet.Pause> pause,
      int poolReady,
      int poolMinimum,
      List<Prediction> predictions) {
    public ServiceOutlook {
      predictions = List.copyOf(predictions);
    }
  }

  /**
   * What the acting manager sees.
   *
   * @param term the epoch of its lease
   */
  @Wire(301)
  record Outlook(NodeId node, long term, boolean massFailure, List<ServiceOutlook> services)
      implements FailoverMessage {
    public Outlook {
      services = List.copyOf(services);
    }
  }
}
