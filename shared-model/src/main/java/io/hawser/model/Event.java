package io.hawser.model;

import java.util.List;

/**
 * Something that happened, told to everyone. Extensions may rely on these: names and components
 * stay, new ones may be added.
 *
 * @param id given by the publisher and the same at every reader, so that a stream may be resumed at
 *     another gateway; ids of one node rise
 * @param atMs wall clock of the publisher, for people
 */
@Wire(80)
public record Event(String id, long atMs, NodeId node, Body body) implements HawserMessage {

  /** What happened. The simple name of the record is the event's kind. */
  public sealed interface Body {
    /** The service that this is about; empty when it is about none. */
    String service();
  }

  @Wire(81)
  public record InstanceRegistered(String service, String instance, String host, int port)
      implements Body {}

  @Wire(82)
  public record InstanceHealthChanged(
      String service, String instance, Facet.Health from, Facet.Health to, String reason)
      implements Body {}

  @Wire(83)
  public record InstanceFailed(
      String service, String instance, String incarnation, String reason, List<String> evidence)
      implements Body {
    public InstanceFailed {
      evidence = List.copyOf(evidence);
    }
  }

  @Wire(84)
  public record InstanceRecovered(String service, String instance, String incarnation)
      implements Body {}

  /**
   * @param reason "client", "operator" or "evicted"
   */
  @Wire(85)
  public record InstanceDeregistered(String service, String instance, String reason)
      implements Body {}

  /** A balancer stopped using an instance on its own evidence. */
  @Wire(86)
  public record InstanceEjected(String service, String instance, String reason) implements Body {}

  @Wire(87)
  public record FailoverStarted(String service, String incident, String failed, String reason)
      implements Body {}

  @Wire(88)
  public record FailoverStep(String service, String incident, String step, String note)
      implements Body {}

  @Wire(89)
  public record BackupActivated(String service, String incident, String instance, long tookMs)
      implements Body {}

  @Wire(90)
  public record FailoverFinished(String service, String incident, String result, long tookMs)
      implements Body {}

  @Wire(91)
  public record RouteChanged(String service, String route) implements Body {}

  @Wire(92)
  public record AlertFiring(String rule, String severity, double value, double threshold)
      implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  @Wire(93)
  public record AlertResolved(String rule, String severity, double value) implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  @Wire(94)
  public record NodeJoined(String joined) implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  @Wire(95)
  public record NodeLeft(String left) implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  @Wire(96)
  public record NodeDraining(String draining) implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  /**
   * So much fails at once that one cause is likely: nothing is evicted; or that is over.
   *
   * @param down how many of the instances are down
   */
  @Wire(269)
  public record EvictionsFrozen(boolean frozen, int down, int instances) implements Body {
    @Override
    public String service() {
      return "";
    }
  }

  public String kind() {
    return body.getClass().getSimpleName();
  }
}
