package io.hawser.storage.node;

import io.hawser.bus.WireFormat;
import io.hawser.bus.client.RosterFile;
import io.hawser.model.RosterMessage.Roster;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest roster that this node has seen, kept on disk: whoever is asked for an address after a
 * restart has it without a quorum. Every roster in it was committed. Owned by the verticle; {@link
 * #current} may be called from any thread.
 */
public final class RosterBook {
  private static final Logger log = LoggerFactory.getLogger(RosterBook.class);
  private static final String FILE = "roster";

  private final Vertx vertx;
  private final RosterFile file;
  private final List<Consumer<Roster>> listeners = new ArrayList<>();
  private volatile Optional<Roster> current = Optional.empty();
  private boolean writing;
  private long written;

  public RosterBook(Vertx vertx, WireFormat format, Path directory) {
    this.vertx = vertx;
    this.file = new RosterFile(directory.resolve(FILE), format);
  }

  /** Reads what is on disk. Blocking. A file that cannot be read counts as none. */
  public void load() {
    try {
      current = file.read();
      written = epoch();
    } catch (IOException e) {
      log.warn("roster on disk cannot be read file={} cause={}", file.path(), e.toString());
    }
  }

  public Optional<Roster> current() {
    return current;
  }

  public long epoch() {
    return current.map(Roster::epoch).orElse(0L);
  }

  /** Calls the listener with each newer roster. */
  public void onChange(Consumer<Roster> listener) {
    listeners.add(listener);
  }

  /** Takes a committed roster, if it is newer than what is here and of the same cluster. */
  public void offer(Roster roster) {
    if (roster.epoch() <= epoch()
        || current.filter(c -> !c.cluster().equals(roster.cluster())).isPresent()) {
      return;
    }
    current = Optional.of(roster);
    listeners.forEach(l -> l.accept(roster));
    write();
  }

  private void write() {
    Optional<Roster> now = current;
    if (writing || now.isEmpty() || now.get().epoch() == written) {
      return;
    }
    writing = true;
    Future<?> unused =
        vertx
            .executeBlocking(
                () -> {
                  file.write(now.get());
                  return true;
                })
            .onComplete(
                (done, failure) -> {
                  writing = false;
                  if (failure == null) {
                    written = now.get().epoch();
                    write();
                  } else {
                    log.warn(
                        "roster is not on disk file={} cause={}", file.path(), failure.toString());
                  }
                });
  }
}
