package example.failurelogger;

import io.hawser.model.Event;
import io.hawser.model.Event.InstanceFailed;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends a line to a file for each instance that failed, then tells every node. Events come at
 * most once: what has to be complete is read from the catalog as well, on a timer.
 */
final class FailureLoggerVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(FailureLoggerVerticle.class);

  private final ServiceContext hawser;
  private final Path file;

  FailureLoggerVerticle(ServiceContext hawser, Path file) {
    this.hawser = hawser;
    this.file = file;
  }

  /** The role is ready when everyone knows of the subscription. */
  @Override
  public Future<?> start() {
    hawser.readiness().waiting(FailureLoggerModule.ROLE, "subscribing");
    return hawser
        .events()
        .subscribe(this::onEvent)
        .onSuccess(subscription -> hawser.readiness().ready(FailureLoggerModule.ROLE));
  }

  private void onEvent(Event event) {
    if (event.body() instanceof InstanceFailed failed) {
      append(event, failed)
          .onSuccess(written -> tell(event, failed))
          .onFailure(e -> log.error("failure not written file={}", file, e));
    }
  }

  /** Files block: never on the event loop. Calls of one verticle run one after the other. */
  private Future<Path> append(Event event, InstanceFailed failed) {
    String line =
        "%s %s/%s %s%n"
            .formatted(
                Instant.ofEpochMilli(event.atMs()),
                failed.service(),
                failed.instance(),
                failed.reason());
    return vertx.executeBlocking(
        () -> Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private void tell(Event event, InstanceFailed failed) {
    hawser
        .bus()
        .publish(
            FailureNoted.TOPIC,
            new FailureNoted(
                hawser.members().self().id().value(),
                failed.service(),
                failed.instance(),
                failed.reason(),
                event.atMs()));
  }
}
