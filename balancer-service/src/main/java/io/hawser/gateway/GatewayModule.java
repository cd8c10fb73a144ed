package io.hawser.gateway;

import io.hawser.gateway.contract.Contract;
import io.hawser.gateway.events.EventFeed;
import io.hawser.gateway.http.Dispatcher;
import io.hawser.gateway.routes.Routes;
import io.hawser.service.ServiceContext;
import io.hawser.service.ServiceModule;
import io.vertx.ext.web.Router;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role {@code gateway}: the native HTTP API under {@code /api/v1}, and its contract. It needs
 * no verticle: its state belongs to the event loop of the API server, on which the routes run.
 */
public final class GatewayModule implements ServiceModule {
  private static final Logger log = LoggerFactory.getLogger(GatewayModule.class);
  private static final String ROLE = "gateway";

  @Override
  public String role() {
    return ROLE;
  }

  @Override
  public void prepare() {
    Contract unused = Contract.load();
  }

  @Override
  public List<Deployment> deployments(ServiceContext context) {
    return List.of();
  }

  @Override
  public void mount(Router router, ServiceContext context) {
    EventFeed feed = new EventFeed(EventFeed.CAPACITY);
    context.readiness().waiting(ROLE, "subscribes to the events");
    feed.start(context.vertx(), context.events(), context.meters())
        .onSuccess(subscription -> context.readiness().ready(ROLE))
        .onFailure(
            e -> log.error("no event subscription node={}", context.members().self().id(), e));
    Dispatcher dispatcher =
        new Dispatcher(
            context.vertx(), context.meters(), Routes.all(Contract.load(), context, feed));
    router.route().handler(dispatcher::handle);
    router.errorHandler(400, dispatcher::unreadable);
  }
}
