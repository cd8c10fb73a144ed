package io.hawser.monitor.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Comparison;
import io.hawser.model.Facet.Function;
import io.hawser.model.Facet.Rule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NotificationTest {
  private static final Rule RULE =
      new Rule(
          "http_request_duration_ms",
          Map.of("service", "echo"),
          Function.P99,
          60_000,
          Comparison.ABOVE,
          500,
          0,
          "page",
          Map.of("runbook", "restart it"));

  @Test
  void a_firing_alert_has_the_shape_of_alertmanager() {
    Notice notice = Notice.of("slow", RULE, new AlertState.Firing(812.5, 1_000, 2_000));

    Map<String, Object> body = WebhookPayload.of(notice, "chat", "http://127.0.0.1:8500");

    Map<String, String> labels = Map.of("alertname", "slow", "service", "echo", "severity", "page");
    Map<String, String> annotations =
        Map.of(
            "runbook",
            "restart it",
            "summary",
            "p99 of http_request_duration_ms{service=echo} above 500.0",
            "value",
            "812.5");
    assertThat(body)
        .containsOnly(
            Map.entry("version", "4"),
            Map.entry("groupKey", "{}:{alertname=\"slow\"}"),
            Map.entry("truncatedAlerts", 0),
            Map.entry("status", "firing"),
            Map.entry("receiver", "chat"),
            Map.entry("groupLabels", Map.of("alertname", "slow")),
            Map.entry("commonLabels", labels),
            Map.entry("commonAnnotations", annotations),
            Map.entry("externalURL", "http://127.0.0.1:8500"),
            Map.entry(
                "alerts",
                List.of(
                    Map.of(
                        "status",
                        "firing",
                        "labels",
                        labels,
                        "annotations",
                        annotations,
                        "startsAt",
                        "1970-01-01T00:00:02Z",
                        "endsAt",
                        "0001-01-01T00:00:00Z",
                        "generatorURL",
                        "http://127.0.0.1:8500/api/v1/rules/slow",
                        "fingerprint",
                        "31efebee432feb8b"))));
  }

  @Test
  void a_resolved_alert_says_when_it_ended() {
    Notice notice = Notice.of("slow", RULE, new AlertState.Resolved(1, 1_000, 2_000, 3_500));

    Map<String, Object> body = WebhookPayload.of(notice, "chat", "http://127.0.0.1:8500");

    assertThat(body).containsEntry("status", "resolved");
    assertThat(String.valueOf(body.get("alerts"))).contains("endsAt=1970-01-01T00:00:03.500Z");
  }

  @Test
  void the_fingerprint_of_no_labels_is_the_offset_of_fnv() {
    assertThat(Fingerprint.of(Map.of())).isEqualTo("cbf29ce484222325");
  }

  @Test
  void only_what_may_get_better_is_tried_again() {
    assertThat(Delivery.delivered(204)).isTrue();
    assertThat(Delivery.delivered(302)).isFalse();
    assertThat(Delivery.worthRetry(503)).isTrue();
    assertThat(Delivery.worthRetry(429)).isTrue();
    assertThat(Delivery.worthRetry(404)).isFalse();
    assertThat(Delivery.worthRetry(302)).isFalse();
  }

  @Test
  void the_wait_doubles_and_is_spread_over_its_upper_half() {
    assertThat(Delivery.delayMs(1, 1_000, 0)).isEqualTo(500);
    assertThat(Delivery.delayMs(1, 1_000, 0.999)).isEqualTo(999);
    assertThat(Delivery.delayMs(2, 1_000, 0)).isEqualTo(1_000);
    assertThat(Delivery.delayMs(1, 1, 0)).isEqualTo(1);
  }

  @Test
  void only_http_urls_are_usable() {
    assertThat(Delivery.usable("https://chat.example/hook?x=1")).isTrue();
    assertThat(Delivery.usable("file:///etc/passwd")).isFalse();
    assertThat(Delivery.usable("http:///x")).isFalse();
    assertThat(Delivery.usable("no url")).isFalse();
    assertThat(Delivery.usable("")).isFalse();
  }
}
