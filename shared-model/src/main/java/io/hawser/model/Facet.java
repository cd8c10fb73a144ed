package io.hawser.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One register of the catalog, written by one class of writer and replicated as a whole.
 *
 * <p>An instance is made of four of them, so that a client's renewal never erases a verdict and a
 * returning instance never promotes itself: {@link Registration} (client), {@link Verdict}
 * (observer), {@link Maintenance} (operator), {@link RoleRecord} (failover manager). The others are
 * what operators and managers keep about services. Hard state: every node holds all of it. Long
 * because a sealed family stands in one file.
 */
public sealed interface Facet {

  /** What an instance is wanted for, or is given to do. */
  enum Role {
    ACTIVE,
    STANDBY
  }

  /** What the observers think of an instance. */
  enum Health {
    /** Registered, not yet seen to work; not routed. */
    STARTING,
    UP,
    /** Evidence against it, not enough for a verdict; still routed. */
    SUSPECT,
    DOWN,
    /** Works again, not yet for long enough; not routed. */
    RECOVERING
  }

  enum CheckType {
    HTTP,
    TCP
  }

  /**
   * An active check of an instance.
   *
   * @param path of an HTTP check; empty for TCP
   * @param intervalMs from run to run, whoever of the observers runs it
   * @param fall failures in a row that make it fail
   * @param rise passes in a row that make it pass again
   * @param http what else an HTTP check asks and expects; empty: GET, 200 to 299, any body, no TLS
   */
  @Wire(120)
  record CheckSpec(
      CheckType type,
      String path,
      int intervalMs,
      int timeoutMs,
      int fall,
      int rise,
      Optional<HttpTerms> http) {
    /** A check without terms of its own. */
    public CheckSpec(
        CheckType type, String path, int intervalMs, int timeoutMs, int fall, int rise) {
      this(type, path, intervalMs, timeoutMs, fall, rise, Optional.empty());
    }

    /** The check of an instance that brings neither a TTL nor a check of its own. */
    public static final CheckSpec DEFAULT_TCP = new CheckSpec(CheckType.TCP, "", 1000, 1000, 3, 2);
  }

  /**
   * How an HTTP check asks, and what it takes for a pass.
   *
   * @param headers sent with the request
   * @param statusFrom the lowest status that passes
   * @param statusTo the highest
   * @param body a text that the first 64 KiB of the body must have in them; empty: any body
   * @param tls whether the request goes over TLS
   * @param verify whether the certificate has to be valid for the host
   */
  @Wire(266)
  record HttpTerms(
      String method,
      Map<String, String> headers,
      int statusFrom,
      int statusTo,
      String body,
      boolean tls,
      boolean verify) {
    public static final HttpTerms DEFAULT =
        new HttpTerms("GET", Map.of(), 200, 299, "", false, true);

    public HttpTerms {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * What a client says of its instance.
   *
   * @param incarnation tells two lives of the same instance apart; chosen by the client
   * @param wishedRole counts only while there is no {@link RoleRecord}
   * @param ttlMs the longest gap between beats; 0 when no beats are expected
   */
  @Wire(101)
  record Registration(
      String host,
      int port,
      String incarnation,
      int weight,
      String zone,
      List<String> tags,
      Map<String, String> meta,
      Role wishedRole,
      long ttlMs,
      List<CheckSpec> checks,
      long registeredAtMs)
      implements Facet {
    public Registration {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("port must be 1 to 65535, got " + port);
      }
      tags = List.copyOf(tags);
      meta = Map.copyOf(meta);
      checks = List.copyOf(checks);
    }

    /** The checks to run: its own, or a TCP check when it is watched by nothing else. */
    public List<CheckSpec> effectiveChecks() {
      return checks.isEmpty() && ttlMs == 0 ? List.of(CheckSpec.DEFAULT_TCP) : checks;
    }
  }

  /**
   * The observer's verdict on one incarnation. It says nothing of another one.
   *
   * @param sinceMs wall clock, for people
   * @param evidence what was seen, newest last
   * @param accusedMs for how long something had been held against the instance when it was judged,
   *     by the observer's own clock; 0 when nothing was
   */
  @Wire(102)
  record Verdict(
      String incarnation,
      Health health,
      long sinceMs,
      String reason,
      NodeId observer,
      List<String> evidence,
      long accusedMs)
      implements Facet {
    public Verdict {
      evidence = List.copyOf(evidence);
    }

    public Verdict(
        String incarnation,
        Health health,
        long sinceMs,
        String reason,
        NodeId observer,
        List<String> evidence) {
      this(incarnation, health, sinceMs, reason, observer, evidence, 0);
    }
  }

  /**
   * Taken out of routing and of failover by an operator, until a wall-clock time in milliseconds.
   */
  @Wire(103)
  record Maintenance(String reason, String owner, long untilMs) implements Facet {}

  /** What the failover manager has decided that the instance is to do. */
  @Wire(104)
  record RoleRecord(Role role, Epoch epoch, String incident, String reason) implements Facet {}

  /** When a backup is brought to life. */
  enum BackupMode {
    /** A driver starts the process when it is needed. */
    COLD,
    /** Runs, gets no traffic until it is needed. */
    WARM,
    /** As warm, and kept warmed up by its owner. */
    HOT
  }

  /**
   * Names a driver and its arguments. Command lines stand in the node's own configuration, never
   * here.
   */
  @Wire(121)
  record DriverRef(String name, Map<String, String> args) {
    public DriverRef {
      args = Map.copyOf(args);
    }
  }

  /**
   * A member of a service's backup pool.
   *
   * @param priority lower is taken first
   */
  @Wire(105)
  record Backup(
      String host, int port, BackupMode mode, int priority, String zone, Optional<DriverRef> driver)
      implements Facet {}

  /** Whether an instance that was brought back gets its place again. */
  enum FailbackMode {
    /** It stays a standby, until it is needed or an operator switches over. */
    STANDBY,
    /** It gets its place when it has passed for long enough, by a graceful switchover. */
    AUTO,
    /** It is left out of the pool until an operator has it take a place. */
    NONE,
    /** As a standby, and operators are told when it has passed for long enough. */
    MANUAL
  }

  /**
   * What becomes of an instance that was brought back.
   *
   * @param stableMs for how long it has to pass before it gets its place again, or operators are
   *     told
   */
  @Wire(290)
  record Failback(FailbackMode mode, long stableMs) {
    public static final Failback STANDBY = new Failback(FailbackMode.STANDBY, 0);
  }

  /** When a hook is run. */
  enum HookPoint {
    /** Before anything is changed; one that fails aborts the failover. */
    BEFORE,
    /** When the new one serves. */
    AFTER,
    /** When nobody could take the place, or the failed one could not be brought back. */
    FAILED
  }

  /**
   * Something of the users' that is run in the course of a failover.
   *
   * @param timeoutMs after which it has failed
   */
  @Wire(291)
  record HookRef(HookPoint when, DriverRef driver, long timeoutMs) {}

  /**
   * What is to be done for a service.
   *
   * @param recovery the driver that restarts a failed instance
   * @param poolMinimum backups that should be ready
   * @param exclusive whether at most one instance may ever be routed: the one that the manager has
   *     made active, and none while nobody has been
   * @param failback {@link Failback#STANDBY} when there is none
   */
  @Wire(106)
  record Policy(
      Optional<DriverRef> recovery,
      int poolMinimum,
      boolean exclusive,
      Optional<Failback> failback,
      List<HookRef> hooks)
      implements Facet {
    public Policy {
      hooks = List.copyOf(hooks);
    }

    public Policy(Optional<DriverRef> recovery, int poolMinimum, boolean exclusive) {
      this(recovery, poolMinimum, exclusive, Optional.empty(), List.of());
    }

    public Policy(Optional<DriverRef> recovery, int poolMinimum) {
      this(recovery, poolMinimum, false);
    }
  }

  /** How the balancer chooses among the instances of a route. */
  enum Strategy {
    ROUND_ROBIN,
    WEIGHTED_RANDOM,
    LEAST_CONNECTIONS,
    DYNAMIC_SCORE,
    /** The less busy one of two that are drawn. */
    TWO_CHOICES,
    /** The one of two that takes less time, considering how busy it is. */
    PEAK_EWMA,
    /** The same one for equal keys. */
    CONSISTENT_HASH
  }

  /** Whether a client stays with an instance. */
  enum Affinity {
    NONE,
    COOKIE,
    /** By the value of a header. */
    HEADER,
    CLIENT_ADDRESS
  }

  /**
   * Traffic that goes to a service: matched by host (empty: any), by the longest path prefix, and
   * by headers. What is 0 is as the node's settings say, or without a limit.
   *
   * @param affinityHeader whose value keeps a client with an instance
   * @param headers that a request must have, with these values
   * @param tries instances that a request may go to
   * @param tryTimeoutMs after which another instance is tried, where that does no harm
   * @param responseTimeoutMs from the end of a request to the head of its answer
   * @param maxInFlight requests at once, on each node
   * @param requestsPerSecond on each node
   * @param clientRequestsPerSecond of each client's address, on each node
   */
  @Wire(107)
  record Route(
      String service,
      String host,
      String pathPrefix,
      boolean stripPrefix,
      Strategy strategy,
      Affinity affinity,
      String affinityHeader,
      Map<String, String> headers,
      int tries,
      long tryTimeoutMs,
      long responseTimeoutMs,
      int maxInFlight,
      int requestsPerSecond,
      int clientRequestsPerSecond)
      implements Facet {
    public Route {
      headers = Map.copyOf(headers);
    }

    public Route(
        String service,
        String host,
        String pathPrefix,
        boolean stripPrefix,
        Strategy strategy,
        Affinity affinity) {
      this(
          service,
          host,
          pathPrefix,
          stripPrefix,
          strategy,
          affinity,
          "",
          Map.of(),
          0,
          0,
          0,
          0,
          0,
          0);
    }
  }

  /**
   * Which node runs the process of an instance. Written before the process is started, so that
   * nobody else starts it again while that node is away.
   *
   * @param epoch the highest one that a request for the process brought; the node refuses lower
   *     ones
   */
  @Wire(108)
  record ProcessOwner(NodeId node, String template, long pid, long epoch) implements Facet {}

  /** One thing that happened in an incident. */
  @Wire(122)
  record IncidentStep(String name, long atMs, String note) {}

  /** How far an incident has come. */
  enum Phase {
    /** Somebody failed, or somebody ordered it; nothing is decided yet. */
    OPENED,
    /** A candidate is chosen and reserved. */
    PLANNED,
    /** Of a switchover: the candidate is started, while the old one serves. */
    PREPARING,
    /** The old one is out of routing. */
    REMOVED,
    /** Of an exclusive service: whoever still went by the old role goes by it no more. */
    FENCED,
    /** The candidate is active, and has to show that it serves. */
    ACTIVATING,
    ROUTED,
    CLOSED,
    FAILED,
    ABORTED
  }

  /** How far the recovery of the failed instance has come. */
  enum Recovery {
    NONE,
    WAITING,
    TRYING,
    RECOVERED,
    GIVEN_UP
  }

  /** What an operator, or a policy, may order. */
  enum OrderKind {
    /** Graceful: the new one serves before the old one goes. */
    SWITCHOVER,
    /** At once, as if the old one had failed. */
    FAILOVER
  }

  /**
   * What an incident was opened for when nobody failed.
   *
   * @param candidate the one to take the place; empty for the best one
   */
  @Wire(292)
  record Order(OrderKind kind, String candidate, String owner, String reason) {}

  /**
   * The record of a failover. Any manager can go on from it.
   *
   * @param failed whose place is to be taken; empty when an exclusive service has nobody active
   * @param candidate the backup that was chosen; empty when there is none
   * @param tried backups that did not come up
   * @param attempt recovery attempts so far
   * @param evidence of the observers, when somebody failed
   * @param order what it was opened for when nobody failed
   * @param term the epoch of the lease under which it was written last
   */
  @Wire(109)
  record Incident(
      String service,
      String failed,
      String failedIncarnation,
      String reason,
      Phase phase,
      String candidate,
      List<String> tried,
      Epoch epoch,
      Recovery recovery,
      int attempt,
      long openedAtMs,
      List<IncidentStep> steps,
      List<String> evidence,
      Optional<Order> order,
      long term)
      implements Facet {
    public Incident {
      tried = List.copyOf(tried);
      steps = List.copyOf(steps);
      evidence = List.copyOf(evidence);
    }

    public boolean is(OrderKind kind) {
      return order.filter(o -> o.kind() == kind).isPresent();
    }

    /** Whether nothing more is to be done for traffic. */
    public boolean activationDone() {
      return switch (phase) {
        case ROUTED, CLOSED, FAILED, ABORTED -> true;
        case OPENED, PLANNED, PREPARING, REMOVED, FENCED, ACTIVATING -> false;
      };
    }

    /** Whether nothing more is to be done at all. */
    public boolean ended() {
      return switch (phase) {
        case CLOSED, FAILED, ABORTED -> true;
        case OPENED, PLANNED, PREPARING, REMOVED, FENCED, ACTIVATING, ROUTED -> false;
      };
    }
  }

  /**
   * What the manager keeps of a service beside its incidents.
   *
   * @param epoch the highest one that any incident of the service has had
   * @param failoversAtMs when the last failovers were begun, wall clock, oldest first
   * @param strikes how many times in a row the service was blocked
   * @param blockedUntilMs wall clock; nothing is activated before it; 0 when not blocked
   */
  @Wire(293)
  record FailoverGuard(Epoch epoch, List<Long> failoversAtMs, int strikes, long blockedUntilMs)
      implements Facet {
    public static final FailoverGuard NONE = new FailoverGuard(Epoch.NONE, List.of(), 0, 0);

    public FailoverGuard {
      failoversAtMs = List.copyOf(failoversAtMs);
    }

    public FailoverGuard at(Epoch next) {
      return new FailoverGuard(next, failoversAtMs, strikes, blockedUntilMs);
    }
  }

  /** No failover of the service until a wall-clock time. */
  @Wire(294)
  record Pause(String reason, String owner, long untilMs) implements Facet {}

  /** What an alert rule computes over its window. */
  enum Function {
    MEAN,
    MIN,
    MAX,
    COUNT,
    RATE,
    P50,
    P90,
    P95,
    P99,
    P999
  }

  enum Comparison {
    ABOVE,
    BELOW
  }

  /**
   * An alert rule.
   *
   * @param labels a series counts when it has all of these
   * @param forMs how long the condition must hold before the alert fires
   */
  @Wire(110)
  record Rule(
      String metric,
      Map<String, String> labels,
      Function function,
      long windowMs,
      Comparison comparison,
      double threshold,
      long forMs,
      String severity,
      Map<String, String> annotations)
      implements Facet {
    public Rule {
      labels = Map.copyOf(labels);
      annotations = Map.copyOf(annotations);
    }
  }

  enum AlertPhase {
    PENDING,
    FIRING,
    RESOLVED
  }

  /** Where a rule's alert stands; replicated so that the next evaluator goes on from it. */
  @Wire(111)
  record Alert(AlertPhase phase, double value, long sinceMs, long firedAtMs, long resolvedAtMs)
      implements Facet {}

  /** Where alerts are sent: a webhook's URL. */
  @Wire(112)
  record Receiver(String url) implements Facet {}
}
