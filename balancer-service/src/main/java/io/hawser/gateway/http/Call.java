package io.hawser.gateway.http;

import io.hawser.gateway.core.Query;
import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.JsonText;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Shape;
import io.hawser.model.InstanceKey;
import io.hawser.model.Names;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/**
 * A request to an endpoint, taken apart. Getters throw the {@link Problem} that answers a bad one.
 *
 * @param names the names in the path, decoded, not yet checked
 * @param body all of it; empty when there is none
 */
public record Call(Map<String, String> names, Query query, MultiMap headers, Buffer body) {

  /** A name in the path. */
  public String name(String parameter) {
    try {
      return Names.check(parameter, names.getOrDefault(parameter, ""));
    } catch (IllegalArgumentException e) {
      throw Problem.of(400, "bad-name", "in the path: " + e.getMessage());
    }
  }

  /** The instance that {@code {service}} and {@code {id}} in the path name. */
  public InstanceKey instance() {
    return new InstanceKey(name("service"), name("id"));
  }

  /** The body, which must be there. */
  public <T> T read(Shape<T> shape) {
    return Fields.body(JsonText.parse(body.getBytes()), shape);
  }

  /** The body, when there is one. */
  public <T> Optional<T> readIfAny(Shape<T> shape) {
    return body.length() == 0 ? Optional.empty() : Optional.of(read(shape));
  }
}
