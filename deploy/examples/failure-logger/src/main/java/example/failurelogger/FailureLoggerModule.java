package example.failurelogger;

import io.hawser.model.ExtensionMessage;
import io.hawser.node.SettingKey;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;

/**
 * What a node finds through {@code META-INF/services}. Public, with a public constructor without
 * arguments, and without state: what it makes keeps the state.
 */
public final class FailureLoggerModule implements ServiceModule {
  static final String ROLE = "failure-logger";

  /** Appears in {@code hawser.yaml}, the environment and the flags like every other setting. */
  static final SettingKey<String> FILE =
      SettingKey.text("failure-logger.file", "failures.log", "File in data.dir for failures");

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public List<SettingKey<?>> settings() {
    return List.of(FILE);
  }

  @Override
  public List<Class<? extends ExtensionMessage>> messages() {
    return List.of(FailureNoted.class);
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    return List.of(Deployment.one(() -> new FailureLoggerVerticle(context, file(context))));
  }

  /** The routes run on the event loop of the API, the verticle on one of its own. */
  @Override
  public void mount(Router router, ServiceContext context) {
    FailureBoard board = new FailureBoard(context, file(context));
    board.start();
    router.get("/plugins/failure-logger").handler(board);
  }

  private static Path file(ServiceContext context) {
    return context.dataDir().resolve(context.settings().get(FILE));
  }
}
