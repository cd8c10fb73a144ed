package io.hawser.gateway.http;

import io.hawser.gateway.contract.Contract;
import io.hawser.gateway.contract.Operation;
import io.hawser.gateway.core.PathTree;
import io.hawser.gateway.json.Problem;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operations of the contract and who answers them. Paths and methods are the contract's; one
 * that nobody answers is not implemented yet, and an answer to one that it does not have fails the
 * start. Filled before the server listens, read-only from then on.
 */
public final class Endpoints {
  /** Where the API is. What the contract has elsewhere is about the node. */
  public static final String PREFIX = "/api/v1";

  /** Answers a call. It may throw, or fail the future with, a {@link Problem}. */
  @FunctionalInterface
  public interface Handler {
    Future<Answer> handle(Call call);
  }

  /**
   * @param handler empty when the operation is not implemented yet
   * @param names what the names in the path are
   */
  record Found(Operation operation, Optional<Handler> handler, Map<String, String> names) {
    /** The operation's path, short of the prefix. */
    String route() {
      return operation.path().startsWith(PREFIX)
          ? operation.path().substring(PREFIX.length())
          : operation.path();
    }
  }

  private final PathTree<TreeMap<String, Operation>> tree = new PathTree<>();
  private final Map<String, Operation> operations = new HashMap<>();
  private final Map<String, Handler> handlers = new HashMap<>();
  private final Set<String> others = new HashSet<>();

  public Endpoints(Contract contract) {
    contract.operations().stream().filter(o -> !o.servedByNode()).forEach(this::add);
  }

  private void add(Operation operation) {
    Map<String, Operation> methods = tree.add(operation.path(), TreeMap::new);
    if (methods.put(operation.method(), operation) != null
        || operations.put(operation.id(), operation) != null) {
      throw new IllegalStateException("the contract has two of " + operation);
    }
    if (!operation.path().startsWith(PREFIX + "/")) {
      boolean unused = others.add(operation.path());
    }
  }

  /**
   * Names who answers an operation.
   *
   * @throws IllegalStateException when the contract has no such operation, or it has an answer
   */
  public void on(String operationId, Handler handler) {
    if (!operations.containsKey(operationId)) {
      throw new IllegalStateException("the contract has no operation " + operationId);
    }
    if (handlers.put(operationId, handler) != null) {
      throw new IllegalStateException("two handlers for the operation " + operationId);
    }
  }

  /** Whether an operation has an answer. */
  public boolean answers(String operationId) {
    return handlers.containsKey(operationId);
  }

  /** Whether a path outside of the API's prefix is one of the contract's. */
  boolean has(String path) {
    return others.contains(path);
  }

  /**
   * Who answers a request. HEAD goes to that of GET.
   *
   * @param path as it came, not decoded
   * @throws Problem 400, 404 or 405
   */
  Found find(HttpMethod method, String path) {
    if (!path.startsWith(PREFIX + "/") && !has(path)) {
      throw unknownPath();
    }
    String wanted = method.equals(HttpMethod.HEAD) ? "GET" : method.name();
    PathTree.Match<TreeMap<String, Operation>> match =
        tree.match(path, methods -> methods.containsKey(wanted))
            .or(() -> tree.match(path))
            .orElseThrow(Endpoints::unknownPath);
    Operation operation =
        Optional.ofNullable(match.value().get(wanted))
            .orElseThrow(() -> wrongMethod(match.pattern(), match.value()));
    return new Found(operation, Optional.ofNullable(handlers.get(operation.id())), match.names());
  }

  private static Problem unknownPath() {
    return Problem.of(
        404,
        "unknown-path",
        "the API has no such path; it is at "
            + PREFIX
            + "/, paths end without a slash, and /docs has them all");
  }

  private static Problem wrongMethod(String pattern, Map<String, Operation> methods) {
    String allowed =
        String.join(", ", methods.keySet()) + (methods.containsKey("GET") ? ", HEAD" : "");
    return Problem.of(405, "method-not-allowed", pattern + " takes only " + allowed)
        .with("Allow", allowed);
  }
}
