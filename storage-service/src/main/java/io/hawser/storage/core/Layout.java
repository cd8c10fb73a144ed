package io.hawser.storage.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Where everything is in a group's store. Numbers are big-endian, 8 bytes ({@code i64}) or 4
 * ({@code i32}), so that keys sort as their numbers do; texts are UTF-8, {@code sized} with an i32
 * before them or {@code raw} to the end. Each value begins with a version byte, {@value #VERSION}.
 *
 * <pre>
 * space     key                                              value after the version byte
 * SYSTEM    01                                               applied: index i64, term i64
 *           02                                               {@link Counters}
 *           10  resource raw                                 fence: highest token i64
 *           11  lease raw                                    {@link LeaseRecord}
 *           12  lease sized, epoch i64, key raw              (a key that lives with the lease)
 *           13  key raw                                      mod revision i64, ttl ms i64
 * DATA      key raw                                          {@link KeyRecord}
 * HISTORY   revision i64, position within it i32             {@link HistoryRecord}
 * SESSIONS  01  client raw                                   {@link ClientRecord}
 *           02  client sized, sequence i64                   {@link ResultBytes}
 *           03  heard stamp i64, client raw                  (the order in which to forget)
 * </pre>
 *
 * <p>What applying an entry leaves out and cuts off is a part of the format too, since replicas of
 * two versions apply the same entries, and each has to end with the bytes of the other. So are
 * these numbers, and where in an entry they are looked at:
 *
 * <pre>
 * {@link Counters#STEP_MS}          {@value Counters#STEP_MS}   the longest step of a group's time
 * {@link Sessions#WINDOW}           {@value Sessions#WINDOW}     results of one client
 * {@link Sessions#CLIENTS}          {@value Sessions#CLIENTS}   clients
 * {@link Sessions#MAKE_ROOM}        {@value Sessions#MAKE_ROOM}     clients that go at once when there are too many
 * {@link Sessions#FORGET_MS}        {@value Sessions#FORGET_MS}   silence after which a client goes
 * {@link Sessions#HEARD_STEP_MS}    {@value Sessions#HEARD_STEP_MS}    how exactly that is noted
 * {@link Sessions#SWEEP}            {@value Sessions#SWEEP}      silent clients that one entry forgets
 * {@link Sessions#RESULTS}          {@value Sessions#RESULTS}     results that it forgets with them
 * {@link History#CHANGES}           {@value History#CHANGES}   changes in the history
 * {@link History#BYTES}             {@value History#BYTES}
 * {@link History#AGE_MS}            {@value History#AGE_MS}
 * {@link History#SLACK_CHANGES}     {@value History#SLACK_CHANGES}     how far it grows beyond
 * {@link History#SLACK_BYTES}       {@value History#SLACK_BYTES}
 * {@link History#SLACK_MS}          {@value History#SLACK_MS}
 * {@link History#CUT}               {@value History#CUT}     changes that one entry cuts
 * {@link Leases#KEYS_AT_ONCE}       {@value Leases#KEYS_AT_ONCE}     keys that end with a lease in one entry
 * </pre>
 *
 * <p>A change of this page, of a record that it names or of what applying does is a new format: see
 * {@code FORMAT}. {@code GoldenStateTest} notices one. {@link Limits} are no part of it.
 */
public final class Layout {
  /** The format of the whole; a store of a newer one is refused. */
  public static final int FORMAT = 1;

  static final int VERSION = 1;
  static final byte[] NOTHING = {VERSION};

  private static final int APPLIED = 0x01;
  private static final int COUNTERS = 0x02;
  private static final int FENCE = 0x10;
  private static final int LEASE = 0x11;
  private static final int ATTACHED = 0x12;
  private static final int EXPIRING = 0x13;
  private static final int CLIENT = 0x01;
  private static final int RESULT = 0x02;
  private static final int HEARD = 0x03;

  private Layout() {}

  static byte[] applied() {
    return new byte[] {APPLIED};
  }

  static byte[] counters() {
    return new byte[] {COUNTERS};
  }

  static byte[] fence(String resource) {
    return tagged(FENCE, resource);
  }

  static byte[] fences() {
    return new byte[] {FENCE};
  }

  static byte[] lease(String name) {
    return tagged(LEASE, name);
  }

  static byte[] leases() {
    return new byte[] {LEASE};
  }

  static byte[] attached(String lease, long epoch, byte[] key) {
    byte[] name = ByteSink.utf8(lease);
    return new ByteSink(1 + Integer.BYTES + name.length + Long.BYTES + key.length)
        .u8(ATTACHED)
        .sized(name)
        .i64(epoch)
        .raw(key)
        .bytes();
  }

  /** Before every key that lives with the lease. */
  static byte[] attached(String lease) {
    return new ByteSink().u8(ATTACHED).sized(lease).bytes();
  }

  /** Behind every key that lives with the lease: no epoch is as high. */
  static byte[] afterAttached(String lease) {
    return new ByteSink().u8(ATTACHED).sized(lease).i64(-1).bytes();
  }

  static byte[] attached() {
    return new byte[] {ATTACHED};
  }

  static byte[] expiring(byte[] key) {
    return ByteBuffer.allocate(1 + key.length).put((byte) EXPIRING).put(key).array();
  }

  static byte[] expiring() {
    return new byte[] {EXPIRING};
  }

  static byte[] history(long revision, int position) {
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
        .putLong(revision)
        .putInt(position)
        .array();
  }

  static byte[] client(String id) {
    return tagged(CLIENT, id);
  }

  static byte[] clients() {
    return new byte[] {CLIENT};
  }

  static byte[] result(byte[] client, long sequence) {
    return ByteBuffer.allocate(1 + Integer.BYTES + client.length + Long.BYTES)
        .put((byte) RESULT)
        .putInt(client.length)
        .put(client)
        .putLong(sequence)
        .array();
  }

  static byte[] heard(long stampMs, byte[] client) {
    return ByteBuffer.allocate(1 + Long.BYTES + client.length)
        .put((byte) HEARD)
        .putLong(stampMs)
        .put(client)
        .array();
  }

  private static byte[] tagged(int kind, String name) {
    byte[] utf8 = ByteSink.utf8(name);
    return ByteBuffer.allocate(1 + utf8.length).put((byte) kind).put(utf8).array();
  }

  /** The text behind the first byte. */
  static String name(byte[] key) {
    return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
  }

  static boolean startsWith(byte[] key, byte[] prefix) {
    return key.length >= prefix.length
        && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
  }

  /** The key that follows this one with nothing between them. */
  static byte[] after(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }
}
