package io.hawser.node;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;

/**
 * The meters of a node. Names start with {@code hawser_}, are in base units and stand on this page.
 * Thread-safe.
 */
public record Meters(MeterRegistry registry) {
  public static final String BUS_HANDLER_FAILURES = "hawser_bus_handler_failures_total";
  public static final String BUS_UNKNOWN_MESSAGES = "hawser_bus_unknown_messages_total";
  public static final String BUS_SUBSCRIPTIONS = "hawser_bus_subscriptions";
  public static final String BUS_REPAIRS = "hawser_bus_subscription_repairs_total";
  public static final String BUS_STALE = "hawser_bus_stale_subscriptions_total";
  public static final String BUS_UNREACHABLE_PEERS = "hawser_bus_unreachable_peers";
  public static final String CATALOG_ENTRIES = "hawser_catalog_entries";
  public static final String CATALOG_REPAIRS = "hawser_catalog_repaired_entries_total";
  public static final String CATALOG_REFUSED = "hawser_catalog_refused_entries_total";
  public static final String INSTANCES = "hawser_registry_instances";
  public static final String BEATS = "hawser_registry_beats_total";
  public static final String CHECKS = "hawser_registry_checks_total";
  public static final String VERDICTS = "hawser_registry_verdicts_total";
  public static final String DETECTION_ROSTER = "hawser_detection_roster_nodes";
  public static final String DETECTION_QUORATE = "hawser_detection_quorate";
  public static final String DETECTION_ABSTAINS = "hawser_detection_abstains";
  public static final String DETECTION_FROZEN = "hawser_detection_frozen";
  public static final String DETECTION_TICK_LATENESS = "hawser_detection_tick_lateness_seconds";
  public static final String PROXY_REQUESTS = "hawser_proxy_requests_total";
  public static final String PROXY_SECONDS = "hawser_proxy_request_seconds";
  public static final String PROXY_RETRIES = "hawser_proxy_retries_total";
  public static final String PROXY_ACTIVE = "hawser_proxy_active_requests";
  public static final String PROXY_RETRY_OVERFLOWS = "hawser_proxy_retry_overflows_total";
  public static final String PROXY_EJECTIONS = "hawser_proxy_ejections_total";
  public static final String PROXY_EJECTED = "hawser_proxy_ejected_instances";
  public static final String PROXY_INSTANCE_REQUESTS = "hawser_proxy_instance_requests_total";
  public static final String PROXY_INSTANCE_FAILURES = "hawser_proxy_instance_failures_total";
  public static final String PROXY_INSTANCE_ACTIVE = "hawser_proxy_instance_active_requests";
  public static final String PROXY_INSTANCE_CIRCUIT = "hawser_proxy_instance_circuit";
  public static final String PROXY_INSTANCES_UNSHOWN = "hawser_proxy_instances_without_metrics";
  public static final String PROXY_CONNECTIONS = "hawser_proxy_client_connections";
  public static final String FAILOVERS = "hawser_failover_total";
  public static final String FAILOVER_SECONDS = "hawser_failover_duration_seconds";
  public static final String FAILOVER_STEP_SECONDS = "hawser_failover_step_seconds";
  public static final String FAILOVER_DETECTION_SECONDS = "hawser_failover_detection_seconds";
  public static final String FAILOVER_POOL = "hawser_failover_pool_candidates";
  public static final String FAILOVER_POOL_MINIMUM = "hawser_failover_pool_minimum";
  public static final String FAILOVER_POOLS_UNSHOWN = "hawser_failover_pools_without_metrics";
  public static final String FAILOVER_TERM = "hawser_failover_term";
  public static final String FAILOVER_BLOCKED = "hawser_failover_blocked_services";
  public static final String FAILOVER_PAUSED = "hawser_failover_paused_services";
  public static final String FAILOVER_SHORT_POOLS = "hawser_failover_short_pools";
  public static final String FAILOVER_REFUSED = "hawser_failover_refused_calls_total";
  public static final String RECOVERIES = "hawser_failover_recoveries_total";
  public static final String ALERTS = "hawser_alerts_total";
  public static final String NOTIFICATIONS = "hawser_alert_notifications_total";
  public static final String MONITOR_SAMPLES = "hawser_monitor_samples_total";
  public static final String MONITOR_DROPPED = "hawser_monitor_dropped_samples_total";
  public static final String MONITOR_SERIES = "hawser_monitor_series";
  public static final String RULE_EVALUATIONS = "hawser_rule_evaluations_total";
  public static final String RULE_TICKS_MISSED = "hawser_rule_ticks_missed_total";
  public static final String API_REQUESTS = "hawser_api_requests_total";
  public static final String API_WAITERS = "hawser_api_waiting_requests";
  public static final String API_KEY_WAITERS = "hawser_api_waiting_key_reads";
  public static final String API_STREAMS = "hawser_api_event_streams";
  public static final String STORAGE_LEADER = "hawser_storage_leader";
  public static final String STORAGE_FAILED = "hawser_storage_failed";
  public static final String STORAGE_TERM = "hawser_storage_term";
  public static final String STORAGE_ELECTIONS = "hawser_storage_elections_won";
  public static final String STORAGE_APPLIED = "hawser_storage_applied_index";
  public static final String STORAGE_APPLY_LAG = "hawser_storage_apply_lag_entries";
  public static final String STORAGE_QUEUE = "hawser_storage_queued_entries";
  public static final String STORAGE_LOG_BYTES = "hawser_storage_log_bytes";
  public static final String STORAGE_APPEND_SECONDS = "hawser_storage_append_seconds";
  public static final String STORAGE_APPLY_SECONDS = "hawser_storage_apply_seconds";
  public static final String STORAGE_SNAPSHOT_SECONDS = "hawser_storage_snapshot_seconds";
  public static final String STORAGE_SNAPSHOT_AGE = "hawser_storage_snapshot_age_seconds";
  public static final String STORAGE_SNAPSHOT_BYTES = "hawser_storage_snapshot_bytes";
  public static final String STORAGE_FOLLOWER_LAG = "hawser_storage_follower_lag_entries";
  public static final String STORAGE_DATA_BYTES = "hawser_storage_data_bytes";
  public static final String STORAGE_KEYS = "hawser_storage_keys";
  public static final String STORAGE_CHANGES = "hawser_storage_waiting_changes";
  public static final String STORAGE_WAITS = "hawser_storage_waiting_requests";
  public static final String STORAGE_USED_BYTES = "hawser_storage_used_bytes";
  public static final String STORAGE_CAPACITY_BYTES = "hawser_storage_capacity_bytes";

  /**
   * @param tags names and values in turn, of a bounded number of values
   */
  public Counter counter(String name, String... tags) {
    return registry.counter(name, tags);
  }

  /** A gauge that is read when it is scraped. */
  public void gauge(String name, Supplier<Number> value, String... tags) {
    Gauge unused = Gauge.builder(name, value).tags(tags).register(registry);
  }
}
