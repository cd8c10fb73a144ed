package io.hawser.drill.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What runs have left behind that died together with their watchdogs, as with a machine that is
 * switched off or a kill -9 of both.
 */
public final class Leftovers {
  private Leftovers() {}

  /** Takes back what is open in ledgers whose runners are gone; returns of which runs. */
  public static List<String> sweep(Path directory) {
    List<String> swept = new ArrayList<>();
    if (!Files.isDirectory(directory)) {
      return swept;
    }
    try (DirectoryStream<Path> ledgers = Files.newDirectoryStream(directory, "*" + Ledger.SUFFIX)) {
      for (Path file : ledgers) {
        if (sweepOne(file)) {
          swept.add(file.getFileName().toString().replace(Ledger.SUFFIX, ""));
        }
      }
    } catch (IOException e) {
      // Whoever cannot read them has not written them either.
      return swept;
    }
    return swept;
  }

  private static boolean sweepOne(Path file) {
    try {
      LedgerFile ledger = LedgerFile.read(file);
      if (ledger.runnerLives()) {
        return false;
      }
      ledger.undoAll();
      var unused = Files.deleteIfExists(file);
      return !ledger.open().isEmpty();
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }
}
