package io.hawser.storage.rocks;

import io.hawser.storage.core.Layout;
import io.hawser.storage.core.Leaps;
import io.hawser.storage.core.Recount;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What a backup of a group holds.
 *
 * @param appliedIndex the last entry of the log that is in it
 * @param highestToken the highest of all revisions and tokens that are in it
 * @param pairs how many keys of the store, of all kinds
 * @param sha256 of the file with the pairs
 */
public record BackupManifest(
    int format,
    String cluster,
    String group,
    long appliedIndex,
    long revision,
    long highestToken,
    long keyCount,
    long usedBytes,
    long pairs,
    String sha256) {

  /** Where revisions of a store begin that is restored from this; see {@link Leaps#above}. */
  public long floor(long wallMs) {
    return Leaps.above(known(), wallMs);
  }

  /** The highest of what is known to be given away. */
  long known() {
    return Leaps.known(revision, highestToken);
  }

  static Path file(Path directory, String group) {
    return directory.resolve(group + ".json");
  }

  void write(Path directory) throws IOException {
    JsonObject json =
        new JsonObject()
            .put("format", format)
            .put("cluster", cluster)
            .put("group", group)
            .put("appliedIndex", appliedIndex)
            .put("revision", revision)
            .put("highestToken", highestToken)
            .put("keyCount", keyCount)
            .put("usedBytes", usedBytes)
            .put("pairs", pairs)
            .put("sha256", sha256);
    Disk.replace(file(directory, group), json.encodePrettily() + "\n");
  }

  static BackupManifest read(Path directory, String group) throws IOException {
    Path file = file(directory, group);
    try {
      JsonObject json = new JsonObject(Files.readString(file));
      return new BackupManifest(
          json.getInteger("format"),
          json.getString("cluster"),
          json.getString("group"),
          json.getLong("appliedIndex"),
          json.getLong("revision"),
          json.getLong("highestToken"),
          json.getLong("keyCount"),
          json.getLong("usedBytes"),
          json.getLong("pairs"),
          json.getString("sha256"));
    } catch (NoSuchFileException e) {
      throw new StoreException(
          directory
              + " has no whole backup of "
              + group
              + ": "
              + file.getFileName()
              + ", which is written last, is not there. Take another backup",
          e);
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw new StoreException(file + " is damaged. Take another backup", e);
    }
  }

  /**
   * @throws StoreException when the file is not what this says, or the floor is too low
   */
  void check(Path pairsFile, long floor) throws IOException {
    if (format > Layout.FORMAT) {
      throw new StoreException(
          "the backup is in format %d, this version of Hawser reads up to %d. Restore it with the"
                  .formatted(format, Layout.FORMAT)
              + " version that wrote it, or a later one");
    }
    if (floor <= known()) {
      throw new StoreException(
          "revisions would go on above %d, which is too low after %d".formatted(floor, known()));
    }
    if (!Files.exists(pairsFile)) {
      throw new StoreException(
          pairsFile + " is not there: the backup is not whole. Copy all of it, or take another");
    }
    if (!BackupFile.sha256(pairsFile).equals(sha256)) {
      throw new StoreException(
          pairsFile
              + " is damaged: it has not the checksum that its manifest says. Take another backup");
    }
    checkPairs(pairsFile);
  }

  /**
   * @throws StoreException when the file does not hold as much as this says
   */
  void checkPairs(Path pairsFile) throws IOException {
    Recount recount = new Recount();
    BackupFile.read(pairsFile, recount::add);
    if (recount.pairs() != pairs
        || recount.keyCount() != keyCount
        || recount.usedBytes() != usedBytes) {
      throw new StoreException(
          "%s holds %d pairs, %d keys and %d bytes, its manifest says %d, %d and %d."
                  .formatted(
                      pairsFile,
                      recount.pairs(),
                      recount.keyCount(),
                      recount.usedBytes(),
                      pairs,
                      keyCount,
                      usedBytes)
              + " Take another backup, of another replica if it happens again");
    }
  }
}
