package io.hawser.gateway.routes;

import io.hawser.gateway.core.InstanceJson;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.input.PoolInput;
import io.hawser.gateway.json.RecordJson;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Policy;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.Optional;

/** What operators say of instances and services: maintenance and policy. */
final class OperatorRoutes {
  private static final Policy NO_POLICY = new Policy(Optional.empty(), 0);

  private final ServiceContext context;
  private final Registers registers;

  OperatorRoutes(ServiceContext context, Registers registers) {
    this.context = context;
    this.registers = registers;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("startMaintenance", this::startMaintenance);
    endpoints.on("endMaintenance", this::endMaintenance);
    endpoints.on("putPolicy", this::putPolicy);
    endpoints.on("getPolicy", this::policy);
  }

  private Future<Answer> startMaintenance(Call call) {
    InstanceKey key = call.instance();
    long wallMs = context.time().wallMs();
    Maintenance maintenance = call.read(PoolInput.maintenance(wallMs));
    if (context.catalog().instance(key).isEmpty()) {
      throw InstanceRoutes.unknown(key);
    }
    return registers
        .put(FacetKey.of(Kind.MAINTENANCE, key), maintenance)
        .map(
            created ->
                context
                    .catalog()
                    .instance(key)
                    .map(view -> Answer.ok(InstanceJson.of(view, Now.traffic(context))))
                    .orElseThrow(() -> InstanceRoutes.unknown(key)));
  }

  private Future<Answer> endMaintenance(Call call) {
    return registers
        .delete(FacetKey.of(Kind.MAINTENANCE, call.instance()), "maintenance")
        .map(v -> Answer.noContent());
  }

  private Future<Answer> putPolicy(Call call) {
    FacetKey key = policyKey(call);
    Policy policy = call.read(PoolInput.POLICY);
    return registers.put(key, policy).map(created -> Answer.stored(created, RecordJson.of(policy)));
  }

  private Future<Answer> policy(Call call) {
    Policy policy = context.catalog().get(policyKey(call), Policy.class).orElse(NO_POLICY);
    return Future.succeededFuture(Answer.ok(RecordJson.of(policy)));
  }

  private static FacetKey policyKey(Call call) {
    return new FacetKey(Kind.POLICY, call.name("service"), "");
  }
}
