package io.hawser.gateway.routes;

import io.hawser.catalog.InstanceView;
import io.hawser.gateway.core.InstanceJson;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.input.PoolInput;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Backup;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The backup pools of the services. */
final class BackupRoutes {
  private static final String NOUN = "backup";

  private final ServiceContext context;
  private final Registers registers;

  BackupRoutes(ServiceContext context, Registers registers) {
    this.context = context;
    this.registers = registers;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("listBackups", this::list);
    endpoints.on("putBackup", this::put);
    endpoints.on("getBackup", this::get);
    endpoints.on("deleteBackup", this::delete);
  }

  private Future<Answer> list(Call call) {
    String service = call.name("service");
    List<?> backups =
        context.catalog().all(Kind.BACKUP, Backup.class).entrySet().stream()
            .filter(e -> e.getKey().scope().equals(service))
            .sorted(
                Comparator.comparingInt((Map.Entry<FacetKey, Backup> e) -> e.getValue().priority())
                    .thenComparing(e -> e.getKey().name()))
            .map(e -> json(e.getKey().instance(), e.getValue()))
            .toList();
    return Future.succeededFuture(Answer.ok(backups));
  }

  private Future<Answer> put(Call call) {
    InstanceKey key = call.instance();
    Backup backup = call.read(PoolInput.BACKUP);
    return registers
        .put(FacetKey.of(Kind.BACKUP, key), backup)
        .map(created -> Answer.stored(created, json(key, backup)));
  }

  private Future<Answer> get(Call call) {
    InstanceKey key = call.instance();
    Backup backup = registers.get(FacetKey.of(Kind.BACKUP, key), Backup.class, NOUN);
    return Future.succeededFuture(Answer.ok(json(key, backup)));
  }

  private Future<Answer> delete(Call call) {
    return registers
        .delete(FacetKey.of(Kind.BACKUP, call.instance()), NOUN)
        .map(v -> Answer.noContent());
  }

  private Map<String, @Nullable Object> json(InstanceKey key, Backup backup) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("service", key.service());
    json.put("id", key.id());
    json.putAll(RecordJson.of(backup));
    Optional<InstanceView> running = context.catalog().instance(key);
    json.put("registered", running.isPresent());
    running.ifPresent(
        view -> {
          json.put("role", Words.of(view.role()));
          json.put("state", InstanceJson.state(view, context.time().wallMs()));
        });
    return json;
  }
}
