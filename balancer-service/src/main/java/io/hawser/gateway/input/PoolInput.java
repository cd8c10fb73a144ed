package io.hawser.gateway.input;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.gateway.json.Text;
import io.hawser.gateway.json.Words;
import io.hawser.model.Facet.Backup;
import io.hawser.model.Facet.BackupMode;
import io.hawser.model.Facet.DriverRef;
import io.hawser.model.Facet.Maintenance;
import io.hawser.model.Facet.Policy;
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
  private static final Duration MAX_MAINTENANCE = Duration.ofDays(366);

  /**
   * What can start or restart an instance. The argument names an entry of a node's own
   * configuration.
   */
  private enum DriverName {
    PROCESS("template", "node"),
    WEBHOOK("hook", "hook");

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

  public static final Shape<Policy> POLICY =
      Shapes.object(
          fields ->
              new Policy(
                  fields.optional("recovery", DRIVER),
                  fields.optional("poolMinimum", Shapes.integer(0, MAX_POOL), 0),
                  fields.optional("exclusive", Shapes.FLAG, false)));

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
        fields.required("reason", Shapes.text(Text.plain(MAX_REASON))),
        fields.required("owner", Shapes.text(Text.plain(MAX_OWNER))),
        until.toEpochMilli());
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
