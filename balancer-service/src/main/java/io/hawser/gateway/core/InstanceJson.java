package io.hawser.gateway.core;

import io.hawser.catalog.InstanceView;
import io.hawser.gateway.json.RecordJson;
import io.hawser.gateway.json.Words;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.NodeId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An instance as clients see it. */
public final class InstanceJson {
  /** What an instance without a verdict waits for. */
  private static final String UNSEEN = "no beat and no check has passed yet";

  private InstanceJson() {}

  public static Map<String, @Nullable Object> of(InstanceView view, Traffic traffic) {
    Registration registration = view.registration();
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("service", view.key().service());
    json.put("id", view.key().id());
    json.put("host", registration.host());
    json.put("port", registration.port());
    json.put("incarnation", registration.incarnation());
    json.put("weight", registration.weight());
    json.put("zone", registration.zone());
    json.put("tags", registration.tags());
    json.put("meta", new TreeMap<>(registration.meta()));
    json.put("role", Words.of(traffic.role(view)));
    if (registration.ttlMs() > 0) {
      json.put("ttlMs", registration.ttlMs());
    }
    json.put("checks", registration.effectiveChecks().stream().map(RecordJson::of).toList());
    putState(json, view, traffic);
    json.put("registeredAt", Instant.ofEpochMilli(registration.registeredAtMs()).toString());
    view.maintenance()
        .filter(m -> view.inMaintenance(traffic.wallMs()))
        .ifPresent(m -> json.put("maintenance", RecordJson.of(m)));
    return json;
  }

  /** The verdict on an instance, and what was seen. */
  public static Map<String, @Nullable Object> health(InstanceView view, Traffic traffic) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("service", view.key().service());
    json.put("id", view.key().id());
    json.put("incarnation", view.registration().incarnation());
    putState(json, view, traffic);
    Optional<Verdict> verdict = present(view);
    verdict.ifPresent(v -> json.put("observer", v.observer().value()));
    json.put("evidence", verdict.map(Verdict::evidence).orElse(List.of()));
    return json;
  }

  /** Adds what the observers say. */
  public static void explain(Map<String, @Nullable Object> json, Explanation explanation) {
    json.put("observers", explanation.sights().stream().map(RecordJson::of).toList());
    json.put("writer", explanation.writer().value());
    json.put("needed", explanation.needed());
    json.put("quorate", explanation.quorate());
    json.put("roster", explanation.roster().stream().map(NodeId::value).toList());
    json.put("rosterSource", explanation.rosterSource());
    json.put("next", explanation.next());
    json.put("notes", explanation.notes());
  }

  /** {@code maintenance}, or the health. */
  public static String state(InstanceView view, long wallMs) {
    return view.inMaintenance(wallMs) ? "maintenance" : Words.of(view.health());
  }

  private static void putState(
      Map<String, @Nullable Object> json, InstanceView view, Traffic traffic) {
    Optional<Verdict> verdict = present(view);
    long sinceMs = verdict.map(Verdict::sinceMs).orElse(view.registration().registeredAtMs());
    json.put("health", Words.of(view.health()));
    json.put("state", state(view, traffic.wallMs()));
    json.put("since", Instant.ofEpochMilli(sinceMs).toString());
    json.put("reason", verdict.map(Verdict::reason).orElse(UNSEEN));
    json.put("routable", traffic.mayGoTo(view));
    if (traffic.exclusive(view.key().service())) {
      json.put("exclusive", true);
      json.put("roleConfirmed", traffic.confirmed());
    }
  }

  private static Optional<Verdict> present(InstanceView view) {
    return view.verdict().filter(v -> v.incarnation().equals(view.registration().incarnation()));
  }
}
