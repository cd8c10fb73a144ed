package io.hawser.drill.fault;

import io.hawser.drill.process.Ledger;
import io.hawser.drill.process.Shell;
import io.hawser.drill.process.Undo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A directory with a small file system of its own, in memory, and a file in it that fills it up. A
 * runner that dies takes the file system away, and with it the fault.
 */
public final class SmallDisk implements Fault {
  private static final int CHUNK = 64 * 1024;
  private static final long FULL_BELOW = 4 * 1024;

  private final String what;
  private final Path directory;
  private final Path filler;

  private SmallDisk(String what, Path directory) {
    this.what = what;
    this.directory = directory;
    this.filler = directory.resolve("filler");
  }

  /**
   * Mounts it over a directory, which is made.
   *
   * @param what it is the disk of
   * @return empty when that is not permitted here
   */
  public static Optional<SmallDisk> mount(String what, Path directory, int mib, Ledger ledger) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + directory, e);
    }
    Ledger.Entry entry = ledger.add(new Undo.Unmount(directory.toString()));
    String size = "size=" + mib + "m,mode=0700";
    if (Shell.run("mount", "-t", "tmpfs", "-o", size, "hawser-drill", directory.toString()).ok()) {
      return Optional.of(new SmallDisk(what, directory));
    }
    entry.gone();
    return Optional.empty();
  }

  @Override
  public String name() {
    return "full disk of " + what;
  }

  @Override
  public void inject() {
    byte[] chunk = new byte[CHUNK];
    // Whatever is left at the end is taken in small pieces.
    for (int size = CHUNK; size >= 1024; size /= 8) {
      fill(chunk, size);
    }
  }

  private void fill(byte[] chunk, int size) {
    try (OutputStream out =
        Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(chunk, 0, size);
      }
    } catch (IOException e) {
      // It is full: that is what was wanted.
      return;
    }
  }

  @Override
  public boolean effective() {
    return usable() < FULL_BELOW;
  }

  private long usable() {
    return directory.toFile().getUsableSpace();
  }

  @Override
  public void heal() {
    try {
      var unused = Files.deleteIfExists(filler);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot empty " + directory, e);
    }
  }

  @Override
  public boolean healed() {
    return !Files.exists(filler);
  }
}
