package io.hawser.gateway.routes;

import io.hawser.bus.Addresses;
import io.hawser.catalog.InstanceView;
import io.hawser.gateway.core.PrometheusTargets;
import io.hawser.gateway.http.Answer;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.http.Endpoints;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.model.Outcome;
import io.hawser.node.NodeInfo;
import io.hawser.node.Readiness;
import io.hawser.service.ServiceContext;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The nodes of the cluster, and the instances as Prometheus wants to be told of them. */
final class ClusterRoutes {
  private static final Duration STATUS_TIMEOUT = Duration.ofSeconds(1);

  private final ServiceContext context;

  ClusterRoutes(ServiceContext context) {
    this.context = context;
  }

  void addTo(Endpoints endpoints) {
    endpoints.on("getCluster", this::cluster);
    endpoints.on("listPrometheusTargets", this::targets);
  }

  private Future<Answer> cluster(Call call) {
    List<Future<Map<String, Object>>> nodes = new ArrayList<>();
    for (NodeInfo node : context.members().live()) {
      nodes.add(
          context
              .bus()
              .request(Addresses.NODE_STATUS, node.id(), new StatusQuery(), STATUS_TIMEOUT)
              .map(outcome -> json(node, outcome)));
    }
    return Future.join(nodes)
        .map(
            done -> {
              Map<String, Object> json = new LinkedHashMap<>();
              json.put("self", context.members().self().id().value());
              json.put("nodes", nodes.stream().map(Future::result).toList());
              return Answer.ok(json);
            });
  }

  private static Map<String, Object> json(NodeInfo node, Outcome<NodeStatus> outcome) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", node.id().value());
    json.put("zone", node.zone());
    json.put("api", node.apiUrl());
    json.put("version", node.version());
    json.put("roles", node.roles());
    if (outcome instanceof Outcome.Ok<NodeStatus> ok) {
      NodeStatus status = ok.value();
      boolean ready = status.roles().values().stream().allMatch(Readiness.READY::equals);
      json.put("status", ready ? "ready" : "waiting");
      json.put("readiness", new TreeMap<>(status.roles()));
      json.put("pid", status.pid());
      json.put("startedAt", Instant.ofEpochMilli(status.startedAtMs()).toString());
    } else {
      json.put("status", "unknown");
    }
    return json;
  }

  private Future<Answer> targets(Call call) {
    long wallMs = context.time().wallMs();
    List<Map<String, Object>> targets = new ArrayList<>();
    for (String service : context.catalog().services()) {
      for (InstanceView instance : context.catalog().service(service).instances()) {
        targets.add(PrometheusTargets.of(instance, wallMs));
      }
    }
    return Future.succeededFuture(Answer.ok(targets));
  }
}
