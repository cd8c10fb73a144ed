package io.hawser.monitor.core.alert;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The body of a notification, in the shape of Alertmanager's webhook, version 4, with one alert in
 * it.
 */
public final class WebhookPayload {
  private static final String VERSION = "4";

  /** What Alertmanager writes as the end of an alert that has none yet: Go's zero time. */
  private static final String NO_END = "0001-01-01T00:00:00Z";

  private WebhookPayload() {}

  /**
   * The body as maps, lists, strings and numbers.
   *
   * @param apiUrl of this node, for the links
   */
  public static Map<String, Object> of(Notice notice, String receiver, String apiUrl) {
    String status = notice.firing() ? "firing" : "resolved";
    Map<String, Object> labels = new TreeMap<>(notice.labels());
    Map<String, Object> annotations = new TreeMap<>(notice.annotations());

    Map<String, Object> alert = new LinkedHashMap<>();
    alert.put("status", status);
    alert.put("labels", labels);
    alert.put("annotations", annotations);
    alert.put("startsAt", Instant.ofEpochMilli(notice.startsAtMs()).toString());
    alert.put(
        "endsAt", notice.firing() ? NO_END : Instant.ofEpochMilli(notice.endsAtMs()).toString());
    alert.put("generatorURL", apiUrl + "/api/v1/rules/" + notice.rule());
    alert.put("fingerprint", Fingerprint.of(notice.labels()));

    Map<String, Object> body = new LinkedHashMap<>();
    body.put("version", VERSION);
    body.put("groupKey", "{}:{alertname=\"" + notice.rule() + "\"}");
    body.put("truncatedAlerts", 0);
    body.put("status", status);
    body.put("receiver", receiver);
    body.put("groupLabels", Map.of("alertname", notice.rule()));
    body.put("commonLabels", labels);
    body.put("commonAnnotations", annotations);
    body.put("externalURL", apiUrl);
    body.put("alerts", List.of(alert));
    return body;
  }
}
