package io.hawser.failover;

import io.hawser.bus.client.RegistryClient;
import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Effect;
import io.hawser.failover.driver.Driver;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the calls that a decision asks for. Whatever goes wrong in one, its end is not known. */
final class Calls {
  private static final Logger log = LoggerFactory.getLogger(Calls.class);

  private final Driver driver;
  private final RegistryClient registry;
  private final FailoverStore store;

  Calls(Driver driver, RegistryClient registry, FailoverStore store) {
    this.driver = driver;
    this.registry = registry;
    this.store = store;
  }

  /** The future never fails. */
  Future<Outcome<?>> make(Ask ask, Effect effect) {
    Future<? extends Outcome<?>> made;
    try {
      made = start(effect);
    } catch (RuntimeException e) {
      log.error("call failed call={}", ask.idempotencyKey(), e);
      made = Future.failedFuture(e);
    }
    return made.transform(
        result ->
            Future.succeededFuture(
                result.succeeded()
                    ? result.result()
                    : new Outcome.Unknown<>(String.valueOf(result.cause().getMessage()))));
  }

  private Future<? extends Outcome<?>> start(Effect effect) {
    return switch (effect) {
      case Effect.Drive drive -> driver.run(drive);
      case Effect.Register register ->
          registry.register(register.ask().instance(), register.registration(), false);
      case Effect.RaiseFence fence -> store.raise(fence.resource(), fence.token());
      case Effect.Hook hook -> driver.run(hook.call(), hook.timeoutMs());
      case Effect.Write write -> throw new IllegalArgumentException("no call: " + write.id());
    };
  }
}
