package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.LeaseFound;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Release;
import io.hawser.model.StorageOp.Written;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;

/** Leases: who holds a name, for how long, and under which fencing token. */
final class LeaseRoutes {
  private static final int MAX_HOLDER = 256;
  private static final long MIN_TTL_MS = 100;
  private static final long MAX_TTL_MS = 86_400_000;

  private record Order(String holder, long ttlMs) {}

  private record Claim(String holder, long epoch) {}

  private static final Shape<String> HOLDER = Shapes.text(Text.plain(MAX_HOLDER));
  private static final Shape<Order> ORDER =
      Shapes.object(
          fields ->
              new Order(
                  fields.required("holder", HOLDER),
                  fields.required("ttlMs", Shapes.longInteger(MIN_TTL_MS, MAX_TTL_MS))));
  private static final Shape<Claim> CLAIM =
      Shapes.object(
          fields ->
              new Claim(
                  fields.required("holder", HOLDER),
                  fields.required("epoch", Shapes.longInteger(0, KeyInput.MAX_NUMBER))));

  private final StorageClient client;

  LeaseRoutes(StorageClient client) {
    this.client = client;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getLease", this::get);
    endpoints.on("takeLease", this::take);
    endpoints.on("renewLease", this::renew);
    endpoints.on("releaseLease", this::release);
  }

  private Future<Answer> get(Call call) {
    String name = call.name("name");
    return client
        .lease(name)
        .map(
            outcome -> {
              LeaseFound found = Refusals.value("the read of the lease", outcome);
              Map<String, Object> json =
                  found
                      .lease()
                      .map(LeaseRoutes::json)
                      .orElseThrow(() -> Refusals.unknownLease(name));
              json.put("remainingMs", found.remainingMs());
              return Answer.ok(json);
            });
  }

  private Future<Answer> take(Call call) {
    String name = call.name("name");
    Order order = call.read(ORDER);
    return client
        .change(StorageMessage.META, new Acquire(name, order.holder(), order.ttlMs()))
        .map(outcome -> Refusals.result("the taking of the lease", LeaseState.class, outcome))
        .map(lease -> Answer.ok(json(lease)));
  }

  private Future<Answer> renew(Call call) {
    String name = call.name("name");
    Claim claim = call.read(CLAIM);
    return client
        .renew(name, claim.holder(), claim.epoch())
        .map(outcome -> Refusals.result("the renewal", LeaseState.class, outcome))
        .map(lease -> Answer.ok(json(lease)));
  }

  private Future<Answer> release(Call call) {
    String name = call.name("name");
    Claim claim = call.read(CLAIM);
    return client
        .change(StorageMessage.META, new Release(name, claim.holder(), claim.epoch()))
        .map(outcome -> Refusals.result("the release", Written.class, outcome))
        .map(written -> Answer.noContent());
  }

  private static Map<String, Object> json(LeaseState lease) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", lease.lease());
    json.put("holder", lease.holder());
    json.put("epoch", lease.epoch());
    json.put("ttlMs", lease.ttlMs());
    return json;
  }
}
