package io.hawser.storage.core;

import io.hawser.model.StorageMessage.Mutation;
import io.hawser.model.StorageOp.Result;
import io.hawser.model.StorageOp.TooLate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What each client was answered, so that a change that is sent again is not made again. A client
 * has a window of {@value #WINDOW} sequences, from the lowest that it still waits for; results
 * before it are forgotten, and so is a client that was not heard of for {@value #FORGET_MS} ms, or
 * the longest of {@value #CLIENTS}. Who comes back after that and names earlier changes is too
 * late: nobody knows any more what he was answered, so nothing is done. A client without an id is
 * not remembered: its changes are safe to be made twice.
 *
 * <p>Times are the group's own, see {@link Counters#stamped}; they are noted to the minute, so that
 * most changes do not move their client in the order. Not thread-safe: owned by one {@link
 * StateMachine}.
 */
final class Sessions {
  static final int WINDOW = 1_024;
  static final int CLIENTS = 100_000;
  static final long FORGET_MS = 600_000;
  static final long HEARD_STEP_MS = 60_000;

  /** How many clients go at once when there are too many. */
  static final int MAKE_ROOM = 1_000;

  /** How many silent clients one entry forgets at most. */
  static final int SWEEP = 256;

  /**
   * After how many of their results no more clients are forgotten at once: one may have a window
   * full of them.
   */
  static final int RESULTS = 4_096;

  private final Staged staged;
  private final Counters counters;

  Sessions(Staged staged, Counters counters) {
    this.staged = staged;
    this.counters = counters;
  }

  /** The answer to a change that must not be made (again); empty when it is to be made. */
  Optional<Result> answer(Mutation mutation) {
    if (mutation.client().isEmpty()) {
      return Optional.empty();
    }
    ClientRecord client = find(mutation.client());
    long lowest = client == null ? 1 : client.lowest();
    if (mutation.sequence() < Math.max(lowest, mutation.lowestPending())
        || (client == null && mutation.lowestPending() > 1)) {
      return Optional.of(new TooLate(mutation.client(), mutation.sequence()));
    }
    if (client == null || mutation.sequence() > client.highest()) {
      return Optional.empty();
    }
    byte[] id = ByteSink.utf8(mutation.client());
    byte[] result = staged.get(Space.SESSIONS, Layout.result(id, mutation.sequence()));
    if (result == null) {
      return Optional.empty();
    }
    save(mutation.client(), id, client, client.lowest(), client.highest());
    return Optional.of(ResultBytes.parse(result));
  }

  void remember(Mutation mutation, Result result) {
    if (mutation.client().isEmpty()) {
      return;
    }
    byte[] id = ByteSink.utf8(mutation.client());
    ClientRecord client = find(mutation.client());
    if (client == null && counters.clients >= CLIENTS) {
      forgetOldest(MAKE_ROOM, Long.MAX_VALUE);
    }
    long highest = mutation.sequence();
    long lowest = Math.max(1, mutation.lowestPending());
    if (client != null) {
      highest = Math.max(highest, client.highest());
      lowest = Math.max(lowest, client.lowest());
    }
    lowest = Math.max(lowest, highest - WINDOW + 1);
    if (client != null) {
      forgetResults(id, client.lowest(), Math.min(lowest - 1, client.highest()));
    }
    if (mutation.sequence() >= lowest) {
      byte[] key = Layout.result(id, mutation.sequence());
      staged.put(Space.SESSIONS, key, ResultBytes.of(result));
    }
    save(mutation.client(), id, client, lowest, highest);
  }

  /** Forgets some of those who are silent for too long, at the end of an entry. */
  void sweep() {
    long silentSinceMs = counters.stampMs - FORGET_MS - HEARD_STEP_MS;
    if (counters.clients > 0 && counters.oldestHeardMs <= silentSinceMs) {
      forgetOldest(SWEEP, silentSinceMs);
    }
  }

  private @Nullable ClientRecord find(String client) {
    byte[] bytes = staged.get(Space.SESSIONS, Layout.client(client));
    return bytes == null ? null : ClientRecord.parse(bytes);
  }

  private void save(String name, byte[] id, @Nullable ClientRecord old, long lowest, long highest) {
    long heardMs = counters.stampMs;
    if (old == null) {
      if (counters.clients == 0) {
        counters.oldestHeardMs = heardMs;
      }
      counters.clients++;
      staged.put(Space.SESSIONS, Layout.heard(heardMs, id), Layout.NOTHING);
    } else if (heardMs - old.heardMs() >= HEARD_STEP_MS) {
      staged.delete(Space.SESSIONS, Layout.heard(old.heardMs(), id));
      staged.put(Space.SESSIONS, Layout.heard(heardMs, id), Layout.NOTHING);
    } else {
      heardMs = old.heardMs();
    }
    ClientRecord now = new ClientRecord(heardMs, lowest, highest);
    if (!now.equals(old)) {
      staged.put(Space.SESSIONS, Layout.client(name), now.bytes());
    }
  }

  /** Forgets at least one, when one was last heard of by then. */
  private void forgetOldest(int count, long heardUpToMs) {
    byte[] start = Layout.heard(counters.oldestHeardMs, new byte[0]);
    List<byte[]> silent = new ArrayList<>();
    long[] next = {counters.stampMs};
    staged.scan(
        Space.SESSIONS,
        start,
        (key, value) -> {
          long heardMs = heardMs(key);
          if (silent.size() == count || heardMs > heardUpToMs) {
            next[0] = heardMs;
            return false;
          }
          return silent.add(key);
        });
    long results = 0;
    for (byte[] heard : silent) {
      if (results >= RESULTS) {
        next[0] = heardMs(heard);
        break;
      }
      results += forget(heard);
    }
    counters.oldestHeardMs = next[0];
  }

  private static long heardMs(byte[] heard) {
    return ByteBuffer.wrap(heard).getLong(1);
  }

  /** How many results of the client there were at most. */
  private long forget(byte[] heard) {
    byte[] id = Arrays.copyOfRange(heard, 1 + Long.BYTES, heard.length);
    String name = new String(id, StandardCharsets.UTF_8);
    ClientRecord client = find(name);
    staged.delete(Space.SESSIONS, heard);
    if (client == null) {
      return 0;
    }
    staged.delete(Space.SESSIONS, Layout.client(name));
    forgetResults(id, client.lowest(), client.highest());
    counters.clients--;
    return client.highest() - client.lowest() + 1;
  }

  /** Sequences are without gaps but for what is on its way, so that none is looked for. */
  private void forgetResults(byte[] id, long first, long last) {
    for (long i = 0; i <= last - first; i++) {
      staged.delete(Space.SESSIONS, Layout.result(id, first + i));
    }
  }
}
