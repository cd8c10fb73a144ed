package io.hawser.storage.operate;

import io.hawser.catalog.Refused;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.RosterMessage.StorageNode;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageMessage.NotLeader;
import io.hawser.model.StorageMessage.Operate;
import io.hawser.model.StorageMessage.Told;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.node.Asking;
import io.hawser.storage.node.Caretaker;
import io.hawser.storage.node.Neighbours;
import io.hawser.storage.node.Replicas;
import io.hawser.storage.node.RosterBook;
import io.hawser.storage.placement.RegistryRoster;
import io.hawser.storage.placement.Rosters;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people ask of the store besides its data. A change of the roster is made by the leader of
 * {@code meta} alone; another node names it. Owned by the verticle.
 */
public final class Operations {
  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  /** Below the time that who asks has. */
  private static final long RECOVERY_S = 30;

  private final Neighbours neighbours;
  private final Replicas replicas;
  private final RosterBook book;
  private final Caretaker caretaker;
  private final Asking asking;
  private final Report report;
  private final Verification verification;
  private final Backups backups;

  public Operations(
      Neighbours neighbours,
      Replicas replicas,
      RosterBook book,
      Caretaker caretaker,
      Asking asking,
      Report report,
      Verification verification,
      Backups backups) {
    this.neighbours = neighbours;
    this.replicas = replicas;
    this.book = book;
    this.caretaker = caretaker;
    this.asking = asking;
    this.report = report;
    this.verification = verification;
    this.backups = backups;
  }

  public Future<Content> answer(Operate operate) {
    try {
      return carryOut(operate);
    } catch (Refused e) {
      return Future.failedFuture(e);
    }
  }

  private Future<Content> carryOut(Operate operate) {
    List<String> arguments = operate.arguments();
    return switch (operate.verb()) {
      case "nodes" -> asking.roster().map(r -> told(report.nodes(r)));
      case "placement" -> asking.roster().map(r -> told(report.placement(r)));
      case "verify" -> verification.all().map(Operations::told);
      case "index" -> here(operate.group(), Verification::index);
      case "hash" -> {
        Optional<Long> at = index(arguments);
        yield here(operate.group(), host -> verification.hash(host, at));
      }
      case "backup" -> backups.all(arguments.stream().findFirst()).map(Operations::told);
      case "backup-group" ->
          here(operate.group(), host -> backups.group(host, arguments.stream().findFirst()));
      case "add" -> leaderOfMeta(() -> setState(arguments, NodeState.UP));
      case "drain", "replace" -> leaderOfMeta(() -> setState(arguments, NodeState.DRAINING));
      case StorageMessage.ENTER_REGISTRY -> leaderOfMeta(() -> enter(arguments));
      case StorageMessage.FORGET_REGISTRY -> leaderOfMeta(() -> forget(arguments));
      case "snapshot" -> here(operate.group(), host -> done(host.snapshot()));
      case "transfer" -> here(operate.group(), host -> transfer(host, arguments));
      case "recover" -> here(operate.group(), host -> recover(host, arguments));
      default -> refused("unknown-verb", "storage knows no '" + operate.verb() + "'");
    };
  }

  public static Content told(JsonObject json) {
    return new Told(json.encode());
  }

  private static <T> Future<T> refused(String code, String why) {
    return Future.failedFuture(new Refused(code, why));
  }

  private static Future<Content> done(Future<Void> what) {
    return what.map(v -> told(new JsonObject().put("done", true)))
        .recover(e -> refused("conflict", String.valueOf(e.getMessage())));
  }

  private Future<Content> here(String group, Function<GroupHost, Future<Content>> what) {
    Optional<GroupHost> host = replicas.host(group);
    return host.isPresent()
        ? what.apply(host.get())
        : Future.succeededFuture(new Unavailable(Unavailable.NOT_HERE));
  }

  private Future<Content> leaderOfMeta(Supplier<Future<Content>> what) {
    boolean leads = replicas.host(StorageMessage.META).filter(GroupHost::leading).isPresent();
    return leads
        ? what.get()
        : Future.succeededFuture(new NotLeader(asking.lastLeader(StorageMessage.META)));
  }

  private static NodeId node(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new Refused("bad-request", "name the node");
    }
    try {
      return new NodeId(arguments.getFirst());
    } catch (IllegalArgumentException e) {
      throw new Refused("bad-request", String.valueOf(e.getMessage()));
    }
  }

  private static Optional<Long> index(List<String> arguments) {
    try {
      return arguments.stream().findFirst().map(Long::valueOf);
    } catch (NumberFormatException e) {
      throw new Refused("bad-request", "an index is a number");
    }
  }

  private Future<Content> setState(List<String> arguments, NodeState state) {
    NodeId id = node(arguments);
    Optional<Roster> roster = book.current();
    if (roster.flatMap(r -> r.node(id)).isEmpty()) {
      return refused("unknown-node", "the store has no node " + id);
    }
    return changed(
        caretaker.change(
            r ->
                r.node(id)
                    .filter(n -> n.state() != state)
                    .filter(n -> !(n.state() == NodeState.REMOVED && state == NodeState.DRAINING))
                    .map(n -> next(r, n, state))));
  }

  private static Roster next(Roster roster, StorageNode node, NodeState state) {
    return Rosters.with(roster, node.with(state));
  }

  private Future<Content> enter(List<String> arguments) {
    NodeId id = node(arguments);
    return changed(caretaker.change(roster -> RegistryRoster.with(roster, id)));
  }

  private Future<Content> forget(List<String> arguments) {
    NodeId id = node(arguments);
    return changed(caretaker.change(roster -> RegistryRoster.without(roster, id)));
  }

  private static Future<Content> changed(Future<Optional<String>> change) {
    return change.compose(
        refusal ->
            refusal.isPresent()
                ? refused("conflict", refusal.get())
                : Future.succeededFuture(told(new JsonObject().put("done", true))));
  }

  private Future<Content> transfer(GroupHost host, List<String> arguments) {
    if (!host.leading()) {
      return Future.succeededFuture(new NotLeader(asking.lastLeader(host.group())));
    }
    return done(host.transferTo(node(arguments)));
  }

  /**
   * Makes this replica the only voter. For a majority that is lost for good: what only it had is
   * gone, and revisions go on above all that it may have given away. To be confirmed by naming the
   * group and the node.
   */
  private Future<Content> recover(GroupHost host, List<String> arguments) {
    String phrase = "lose " + host.group() + " but on " + neighbours.id();
    if (!arguments.equals(List.of(phrase))) {
      return refused("bad-request", "to be confirmed by the words: " + phrase);
    }
    log.warn("voters are reset by an operator node={} group={}", neighbours.id(), host.group());
    return done(
        host.recover()
            .timeout(RECOVERY_S, TimeUnit.SECONDS)
            .recover(
                failure ->
                    Future.failedFuture(
                        failure instanceof TimeoutException
                            ? "the group does not lead here yet: see 'storage nodes'"
                            : failure.getMessage())));
  }
}
