package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Failback;
import io.hawser.model.Facet.FailbackMode;
import io.hawser.model.Facet.HookPoint;
import io.hawser.model.Facet.HookRef;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Policy;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Verb;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The bodies by which operators say what is to be done for a service: its policy, its backups,
 * maintenance.
 */
public final class PoolInput {
  private static final int MAX_POOL = 1_000;
  private static final int MAX_PRIORITY = 1_000;
  private static final int DEFAULT_PRIORITY = 100;
  private static final int MAX_ARGS = 8;
  private static final int MAX_REASON = 512;
  private static final int MAX_OWNER = 128;
  private static final int MAX_HOOKS = 16;
  private static final long MAX_STABLE_MS = 86_400_000;
  private static final long DEFAULT_STABLE_MS = 60_000;
  private static final long MIN_HOOK_MS = 100;
  private static final long MAX_HOOK_MS = 60_000;
  private static final long DEFAULT_HOOK_MS = 5_000;
  private static final Duration MAX_MAINTENANCE = Duration.ofDays(366);

  /**
   * What can start or restart an instance. The argument names an entry of a node's own
   * configuration.
   */
  private enum DriverName {
    PROCESS("template", "node"),
    WEBHOOK("hook", "hook"),
    EXEC("command", "command");

    private final String required;
    private final String optional;

    DriverName(String required, String optional) {
      this.required = required;
      this.optional = optional;
    }

    Set<String> known() {
      return new TreeSet<>(List.of(required, optional));
    }
  }

  private static final Shape<DriverRef> DRIVER = Shapes.object(PoolInput::driver);

  private static final Shape<Failback> FAILBACK =
      Shapes.object(
          fields ->
              new Failback(
                  fields.required("mode", Shapes.word(FailbackMode.class)),
                  fields.optional(
                      "stableMs", Shapes.longInteger(0, MAX_STABLE_MS), DEFAULT_STABLE_MS)));

  private static final Shape<HookRef> HOOK = Shapes.object(PoolInput::hook);

  private static final Shape<String> REASON = Shapes.text(Text.plain(MAX_REASON));
  private static final Shape<String> OWNER = Shapes.text(Text.plain(MAX_OWNER));

  public static final Shape<Policy> POLICY =
      Shapes.object(
          fields ->
              new Policy(
                  fields.optional("recovery", DRIVER),
                  fields.optional("poolMinimum", Shapes.integer(0, MAX_POOL), 0),
                  fields.optional("exclusive", Shapes.FLAG, false),
                  fields.optional("failback", FAILBACK),
                  fields.optional("hooks", Shapes.list(MAX_HOOKS, HOOK)).orElseGet(List::of)));

  /** What an operator orders of the failover manager, but for a pause. */
  public static Shape<Operate> order(Verb verb, String service) {
    return Shapes.object(
        fields -> {
          boolean moves = verb == Verb.FAILOVER || verb == Verb.SWITCHOVER;
          return new Operate(
              verb,
              service,
              moves ? fields.optional("instance", Shapes.text(Text.NAME), "") : "",
              moves ? fields.optional("candidate", Shapes.text(Text.NAME), "") : "",
              fields.required("owner", OWNER),
              fields.required("reason", REASON),
              0);
        });
  }

  public static final Shape<Backup> BACKUP = Shapes.object(PoolInput::backup);

  private PoolInput() {}

  /**
   * @param wallMs the maintenance must end after this
   */
  public static Shape<Maintenance> maintenance(long wallMs) {
    return Shapes.object(fields -> maintenance(fields, wallMs));
  }

  private static Maintenance maintenance(Fields fields, long wallMs) {
    Instant until = fields.required("until", Shapes.INSTANT);
    Instant now = Instant.ofEpochMilli(wallMs);
    boolean readable = until.isAfter(Instant.EPOCH);
    if (readable && (!until.isAfter(now) || until.isAfter(now.plus(MAX_MAINTENANCE)))) {
      String most = "at most " + MAX_MAINTENANCE.toDays() + " days ahead; it is " + now + " now";
      fields.refuse("until", "out-of-range", "must be in the future, " + most);
      until = now;
    }
    return new Maintenance(
        fields.required("reason", REASON), fields.required("owner", OWNER), until.toEpochMilli());
  }

  private static Backup backup(Fields fields) {
    BackupMode mode = fields.required("mode", Shapes.word(BackupMode.class));
    Optional<DriverRef> driver = fields.optional("driver", DRIVER);
    if (mode == BackupMode.COLD && driver.isEmpty()) {
      fields.refuse(
          "driver", "missing-field", "is missing: a cold backup needs a driver that starts it");
    }
    return new Backup(
        fields.required("host", Shapes.text(Text.HOST)),
        fields.required("port", Shapes.integer(1, 65_535)),
        mode,
        fields.optional("priority", Shapes.integer(0, MAX_PRIORITY), DEFAULT_PRIORITY),
        fields.optional("zone", Shapes.text(Text.NAME), RegistrationInput.DEFAULT_ZONE),
        driver);
  }

  private static HookRef hook(Fields fields) {
    DriverRef driver = fields.required("driver", DRIVER);
    if (driver.name().equals(Words.of(DriverName.PROCESS))) {
      fields.refuse("driver", "bad-value", "must be exec or webhook: a hook starts no process");
    }
    return new HookRef(
        fields.required("when", Shapes.word(HookPoint.class)),
        driver,
        fields.optional(
            "timeoutMs", Shapes.longInteger(MIN_HOOK_MS, MAX_HOOK_MS), DEFAULT_HOOK_MS));
  }

  private static DriverRef driver(Fields fields) {
    DriverName name = fields.required("name", Shapes.word(DriverName.class));
    Map<String, String> args =
        fields.optional("args", Shapes.texts(MAX_ARGS, Text.NAME, Text.NAME)).orElseGet(Map::of);
    if (!args.containsKey(name.required) || !name.known().containsAll(args.keySet())) {
      String wanted =
          "must name a " + name.required + " of the nodes' own configuration; known are ";
      fields.refuse(
          "args", "bad-value", wanted + name.known() + ", and no command is taken over HTTP");
    }
    return new DriverRef(Words.of(name), args);
  }
}
