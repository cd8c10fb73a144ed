package example.failurelogger;

import io.hawser.service.ServiceContext;
import io.vertx.core.Handler;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with the last lines of this node's file, and with how many failures each node said that
 * it wrote down since this one started. Owned by the event loop of the API.
 */
final class FailureBoard implements Handler<RoutingContext> {
  private static final int MAX_LINES = 100;

  /** Node ids come from other nodes: the map must not grow with whatever they send. */
  private static final int MAX_NODES = 1_000;

  private static final Logger log = LoggerFactory.getLogger(FailureBoard.class);

  private final ServiceContext hawser;
  private final Path file;
  private final TreeMap<String, Integer> notedBy = new TreeMap<>();

  FailureBoard(ServiceContext hawser, Path file) {
    this.hawser = hawser;
    this.file = file;
  }

  /** Called on the event loop of the API; what arrives is handled there too. */
  void start() {
    hawser
        .bus()
        .subscribe(FailureNoted.TOPIC, this::onNoted)
        .onFailure(e -> log.error("not subscribed", e));
  }

  private void onNoted(FailureNoted noted) {
    if (notedBy.containsKey(noted.by()) || notedBy.size() < MAX_NODES) {
      notedBy.merge(noted.by(), 1, Integer::sum);
    }
  }

  @Override
  public void handle(RoutingContext request) {
    hawser
        .vertx()
        .executeBlocking(this::lastLines)
        .onSuccess(lines -> request.json(answer(lines)))
        .onFailure(request::fail);
  }

  private List<String> lastLines() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines = Files.readAllLines(file);
    return lines.subList(Math.max(0, lines.size() - MAX_LINES), lines.size());
  }

  private JsonObject answer(List<String> lines) {
    JsonObject counts = new JsonObject();
    notedBy.forEach(counts::put);
    return new JsonObject()
        .put("node", hawser.members().self().id().value())
        .put("failures", new JsonArray(lines))
        .put("notedBy", counts);
  }
}
