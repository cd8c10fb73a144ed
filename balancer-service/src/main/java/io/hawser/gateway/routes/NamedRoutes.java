package io.hawser.gateway.routes;

import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Shape;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * PUT, GET, DELETE and a list of what has a name of its own and belongs to no service: routes,
 * rules, receivers.
 *
 * @param noun such as "Route", as the contract's operations are named
 * @param written told the name and the value after a PUT or a DELETE
 */
record NamedRoutes<F extends Facet>(
    Registers registers,
    String noun,
    Kind kind,
    Class<F> type,
    Shape<F> shape,
    BiConsumer<String, F> written) {

  void addTo(Endpoints endpoints) {
    endpoints.on("list" + noun + "s", this::list);
    endpoints.on("put" + noun, this::put);
    endpoints.on("get" + noun, this::get);
    endpoints.on("delete" + noun, this::delete);
  }

  private Future<Answer> list(Call call) {
    List<?> all =
        registers.catalog().all(kind, type).entrySet().stream()
            .map(e -> json(e.getKey().name(), e.getValue()))
            .toList();
    return Future.succeededFuture(Answer.ok(all));
  }

  private Future<Answer> put(Call call) {
    String name = call.name("name");
    F value = call.read(shape);
    return registers
        .put(FacetKey.named(kind, name), value)
        .map(
            created -> {
              written.accept(name, value);
              return Answer.stored(created, json(name, value));
            });
  }

  private Future<Answer> get(Call call) {
    String name = call.name("name");
    F value = registers.get(FacetKey.named(kind, name), type, what());
    return Future.succeededFuture(Answer.ok(json(name, value)));
  }

  private Future<Answer> delete(Call call) {
    String name = call.name("name");
    F value = registers.get(FacetKey.named(kind, name), type, what());
    return registers
        .delete(FacetKey.named(kind, name), what())
        .map(
            v -> {
              written.accept(name, value);
              return Answer.noContent();
            });
  }

  /** The noun of a refusal. */
  private String what() {
    return noun.toLowerCase(Locale.ROOT);
  }

  private Map<String, @Nullable Object> json(String name, F value) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("name", name);
    if (value instanceof Record record) {
      json.putAll(RecordJson.of(record));
    }
    return json;
  }
}
