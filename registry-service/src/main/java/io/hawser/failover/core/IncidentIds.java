package io.hawser.failover.core;

import io.hawser.model.Rendezvous;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Names incidents: service, time of the verdict (or of the deregistration), and a few digits that
 * tell two failures of one second apart. The same failure gets the same name from every manager, so
 * that two of them never open two incidents for it.
 */
final class IncidentIds {
  private static final int MAX_SERVICE = 96;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private IncidentIds() {}

  static String of(Snapshot snapshot, String failed, String incarnation, long sinceMs) {
    String service = snapshot.service();
    String what = service + "/" + failed + "\0" + incarnation + "\0" + sinceMs;
    String base =
        String.format(
            Locale.ROOT,
            "%s-%s-%04x",
            service.substring(0, Math.min(MAX_SERVICE, service.length())),
            TIME.format(Instant.ofEpochMilli(sinceMs)),
            Rendezvous.hash(what) & 0xffff);
    String id = base;
    for (int n = 2; snapshot.incidents().containsKey(id); n++) {
      id = base + "-" + n;
    }
    return id;
  }
}
