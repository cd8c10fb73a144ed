package io.hawser.failover.driver;

import io.hawser.failover.core.Effect;
import io.hawser.model.Outcome;
import io.vertx.core.Future;
import java.util.Map;
import java.util.function.Function;

/** The drivers by name. */
public record Drivers(Map<String, Driver> byName) implements Driver {
  public Drivers {
    byName = Map.copyOf(byName);
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call) {
    return run(call, driver -> driver.run(call));
  }

  @Override
  public Future<Outcome<String>> run(Effect.Drive call, long timeoutMs) {
    return run(call, driver -> driver.run(call, timeoutMs));
  }

  private Future<Outcome<String>> run(
      Effect.Drive call, Function<Driver, Future<Outcome<String>>> how) {
    Driver driver = byName.get(call.driver().name());
    if (driver == null) {
      return Future.succeededFuture(
          new Outcome.Rejected<>("unknown-driver", "no driver is named " + call.driver().name()));
    }
    try {
      return how.apply(driver)
          .otherwise(failure -> new Outcome.Unknown<>(String.valueOf(failure.getMessage())));
    } catch (IllegalArgumentException e) {
      return Future.succeededFuture(
          new Outcome.Rejected<>("bad-arguments", String.valueOf(e.getMessage())));
    }
  }
}
