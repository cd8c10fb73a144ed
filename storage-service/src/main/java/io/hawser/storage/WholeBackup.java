package io.hawser.storage;

import io.hawser.bus.WireException;
import io.hawser.bus.WireFormat;
import io.hawser.model.RosterMessage;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.model.StorageMessage;
import io.hawser.storage.node.SafeFile;
import io.hawser.storage.rocks.BackupManifest;
import io.hawser.storage.rocks.GroupBackup;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The groups of a backup that has all of them: those of the roster in its part of {@code meta}, no
 * other, and all of one cluster. What lacks a group would be restored as a store without a part of
 * its keys. Blocking, for a command.
 */
final class WholeBackup {
  private static final String MANIFEST = ".json";
  private static final String MEND =
      ". `hawser --json backup` names the node and the directory of each group: put the files of"
          + " all groups of one backup, <group>.json and <group>.*.pairs, into one directory";

  private WholeBackup() {}

  /**
   * By group, what the directory holds.
   *
   * @throws IOException saying what is missing or does not belong there
   */
  static NavigableMap<String, BackupManifest> in(Path directory) throws IOException {
    NavigableMap<String, BackupManifest> found = manifests(directory);
    BackupManifest meta = found.get(StorageMessage.META);
    if (meta == null) {
      throw refused(directory, "it lacks meta");
    }
    Set<String> foreign = new TreeSet<>();
    found.values().stream()
        .filter(m -> !m.cluster().equals(meta.cluster()))
        .forEach(m -> foreign.add(m.group()));
    if (!foreign.isEmpty()) {
      throw refused(
          directory,
          "meta is of the cluster " + meta.cluster() + ", of another are " + words(foreign));
    }
    Set<String> wanted = groups(directory);
    Set<String> missing = new TreeSet<>(wanted);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      throw refused(directory, "it lacks " + words(missing));
    }
    Set<String> surplus = new TreeSet<>(found.keySet());
    surplus.removeAll(wanted);
    if (!surplus.isEmpty()) {
      throw refused(directory, "its meta knows nothing of " + words(surplus));
    }
    return found;
  }

  private static NavigableMap<String, BackupManifest> manifests(Path directory) throws IOException {
    NavigableMap<String, BackupManifest> found = new TreeMap<>();
    for (Path file : SafeFile.list(directory)) {
      String name = file.getFileName().toString();
      if (name.endsWith(MANIFEST)) {
        String group = name.substring(0, name.length() - MANIFEST.length());
        BackupManifest manifest = GroupBackup.find(directory, group).orElseThrow();
        if (!manifest.group().equals(group)) {
          throw refused(directory, file.getFileName() + " is of " + manifest.group());
        }
        var unused = found.put(group, manifest);
      }
    }
    return found;
  }

  private static Set<String> groups(Path directory) throws IOException {
    Buffer bytes =
        GroupBackup.value(directory, StorageMessage.META, RosterMessage.ROSTER_KEY)
            .map(value -> Buffer.buffer(value.unsafeBytes()))
            .orElseThrow(() -> refused(directory, "its meta has no roster"));
    try {
      Roster roster = (Roster) new WireFormat(List.of()).decode(bytes);
      return new TreeSet<>(roster.groups().stream().map(GroupReplicas::group).toList());
    } catch (WireException | ClassCastException e) {
      throw new IOException(directory + ": the roster in its meta cannot be read", e);
    }
  }

  private static String words(Set<String> groups) {
    return String.join(", ", groups);
  }

  private static IOException refused(Path directory, String why) {
    return new IOException(directory + " is no whole backup: " + why + MEND);
  }
}
