package io.hawser.failover.process;

import io.hawser.model.Epoch;
import io.hawser.model.InstanceKey;
import io.hawser.node.ProcessIdentity;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * What a node keeps of a process that it started.
 *
 * @param identity pid 0 from just before the start until the pid is known
 * @param epoch the highest one that a request for the instance brought
 * @param call the name of the request that it was started for; empty when the node started it by
 *     itself
 * @param token stands in the environment of the process and of no other
 */
record Child(
    InstanceKey instance,
    String template,
    String host,
    int port,
    ProcessIdentity identity,
    Epoch epoch,
    String call,
    String token) {

  Child withIdentity(ProcessIdentity next) {
    return new Child(instance, template, host, port, next, epoch, call, token);
  }

  Child withEpoch(Epoch next) {
    return new Child(instance, template, host, port, identity, next, call, token);
  }

  String json() {
    return new JsonObject()
        .put("service", instance.service())
        .put("id", instance.id())
        .put("template", template)
        .put("host", host)
        .put("port", port)
        .put("pid", identity.pid())
        .put("start", identity.start())
        .put("epoch", epoch.value())
        .put("call", call)
        .put("token", token)
        .encode();
  }

  /**
   * Reads what {@link #json} wrote.
   *
   * @throws IllegalArgumentException when the text is something else
   */
  static Child parse(String text) {
    try {
      JsonObject json = new JsonObject(text);
      return new Child(
          new InstanceKey(json.getString("service", ""), json.getString("id", "")),
          json.getString("template", ""),
          json.getString("host", ""),
          json.getInteger("port", 0),
          new ProcessIdentity(json.getLong("pid", 0L), json.getString("start", "")),
          new Epoch(json.getLong("epoch", 0L)),
          json.getString("call", ""),
          json.getString("token", ""));
    } catch (DecodeException | ClassCastException e) {
      throw new IllegalArgumentException("no process record: " + e.getMessage(), e);
    }
  }
}
