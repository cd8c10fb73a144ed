package io.hawser.protocol;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.ServiceView;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.Snapshot;
import io.hawser.model.Epoch;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Policy;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RoleTerm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How large the world is: a service with an active instance that is down, a standby that runs, and
 * a backup that has to be started.
 *
 * @param exclusive whether the service is
 * @param fault what is wrong
 * @param most how often a move may be made; those that are not named as often as one likes
 * @param disturbances how many there may be of all moves that are in the way of a failover
 */
record Rules(boolean exclusive, Fault fault, Map<Move.Kind, Integer> most, int disturbances) {
  static final String SERVICE = "db";
  static final String FIRST = "one";
  static final String STANDBY = "two";
  static final String COLD = "three";

  /** A second: a term is over after three, by a slow clock after four, as is what is waited for. */
  static final long TICK_MS = 1_000;

  /** It stands still: nothing in the protocol may go by it. */
  static final long WALL_MS = 1_000_000;

  /** Of those whose clock is slow: by as much as leases and terms allow for. */
  static final long SLOW = 900;

  static final long EXACT = 1_000;

  /** For whom the term of a role and its margin is as long as the term for others. */
  private static final long TOO_FAST =
      Math.ceilDiv(EXACT * (RoleTerm.MS + RoleTerm.MARGIN_MS), RoleTerm.MS);

  private static final int CANDIDATES = 3;
  private static final int PER_MINUTE = 1_000;

  private static final Map<String, Backup> BACKUPS =
      Map.of(
          COLD,
          new Backup(
              "h",
              1,
              BackupMode.COLD,
              1,
              "",
              Optional.of(new DriverRef("process", Map.of("template", "t")))));

  static Limits limits() {
    return new Limits(2 * TICK_MS, CANDIDATES, 1, 1, 1, 0, PER_MINUTE);
  }

  /** How fast the clock of a manager runs: that of the first is slow. */
  long permille(int manager) {
    if (fault == Fault.NO_MARGIN) {
      return TOO_FAST;
    }
    return manager == 0 ? SLOW : EXACT;
  }

  /** What a manager sees. */
  Snapshot snapshot(Seat seat, Map<String, Health> health) {
    Map<String, RoleRecord> roles = seat.roles();
    return new Snapshot(
        view(roles, health),
        BACKUPS,
        Map.of(),
        new Policy(Optional.empty(), 0, exclusive),
        roles,
        seat.incidents(),
        Optional.empty(),
        Epoch.NONE,
        seat.guard(),
        Optional.empty());
  }

  static ServiceView view(Map<String, RoleRecord> roles, Map<String, Health> health) {
    List<InstanceView> views =
        new TreeMap<>(health)
            .entrySet().stream()
                .map(
                    e -> view(e.getKey(), e.getValue(), Optional.ofNullable(roles.get(e.getKey()))))
                .toList();
    return new ServiceView(SERVICE, views);
  }

  private static InstanceView view(String id, Health health, Optional<RoleRecord> role) {
    Role wish = id.equals(FIRST) ? Role.ACTIVE : Role.STANDBY;
    Registration registration =
        new Registration("h", 1, "life", 1, "", List.of(), Map.of(), wish, 0, List.of(), 0);
    Verdict verdict = new Verdict("life", health, 1, "seen", new NodeId("n"), List.of());
    return new InstanceView(
        new InstanceKey(SERVICE, id), registration, Optional.of(verdict), Optional.empty(), role);
  }
}
