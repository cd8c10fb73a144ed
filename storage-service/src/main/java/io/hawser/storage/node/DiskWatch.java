package io.hawser.storage.node;

import io.hawser.storage.group.Room;
import io.hawser.storage.group.core.DiskRoom;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at how full the disk is, on a worker. Owned by the verticle. */
public final class DiskWatch {
  private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

  private record Reading(long usedBytes, long usableBytes, long diskBytes) {}

  private final Vertx vertx;
  private final Path directory;
  private final long capacityBytes;
  private final DiskRoom water;
  private volatile Room room = new Room(false, 0, 1);
  private volatile long usableBytes;
  private boolean looking;

  /**
   * @param capacityBytes 0 when the disk decides
   */
  public DiskWatch(Vertx vertx, Path directory, long capacityBytes, int highWaterPercent) {
    this.vertx = vertx;
    this.directory = directory;
    this.capacityBytes = capacityBytes;
    this.water = new DiskRoom(highWaterPercent);
  }

  public Room room() {
    return room;
  }

  /** What the disk had left, whatever this node may store. */
  public long usableBytes() {
    return usableBytes;
  }

  public Future<Void> look() {
    if (looking) {
      return Future.succeededFuture();
    }
    looking = true;
    return vertx
        .executeBlocking(this::read, false)
        .onComplete(
            (reading, failure) -> {
              looking = false;
              if (failure == null) {
                judge(reading);
              } else {
                log.warn("disk cannot be looked at cause={}", failure.toString());
              }
            })
        .mapEmpty();
  }

  private Reading read() throws IOException {
    FileStore disk = Files.getFileStore(directory);
    return new Reading(SafeFile.size(directory), disk.getUsableSpace(), disk.getTotalSpace());
  }

  private void judge(Reading reading) {
    long left =
        capacityBytes == 0
            ? reading.usableBytes()
            : Math.min(reading.usableBytes(), Math.max(0, capacityBytes - reading.usedBytes()));
    boolean before = water.full();
    boolean full = water.look(reading.usedBytes(), left, reading.diskBytes());
    if (full != before) {
      log.warn(
          "{} usedBytes={} leftBytes={}",
          full ? "disk is nearly full, no puts are taken" : "disk has room again",
          reading.usedBytes(),
          left);
    }
    usableBytes = reading.usableBytes();
    room = new Room(full, reading.usedBytes(), reading.usedBytes() + left);
  }
}
