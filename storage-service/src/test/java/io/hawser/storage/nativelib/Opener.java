package io.hawser.storage.nativelib;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;

/** A process that opens a database, and writes down what is in the temporary directory then. */
final class Opener {
  private Opener() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] args) throws Exception {
    Path scratch = Path.of(args[1]);
    RocksLibrary.load(Path.of(args[0]));
    RocksLibrary.load(Path.of(args[0]));
    Path database = Files.createTempDirectory(scratch, "database");
    try (Options options = new Options().setCreateIfMissing(true);
        RocksDB db = RocksDB.open(options, database.toString());
        Stream<Path> files = Files.list(scratch)) {
      db.put(new byte[] {1}, new byte[] {2});
      Path unused = Files.writeString(scratch.resolve("seen"), files.toList().toString());
      System.out.println("opened");
    }
  }
}
