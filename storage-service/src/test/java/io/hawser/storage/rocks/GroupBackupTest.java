package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.RaiseFence;
import io.hawser.storage.log.Committed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupBackupTest {
  @TempDir Path temp;
  private final RocksMemory memory = TestMemory.open();
  private Path backup = Path.of("");
  private StoreConfig target = new StoreConfig(Path.of(""), "b", "meta");

  @BeforeEach
  void places() {
    backup = temp.resolve("backup");
    target = new StoreConfig(temp.resolve("restored"), "b", "meta");
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private GroupStore source() throws IOException {
    GroupStore store =
        GroupStore.open(new StoreConfig(temp.resolve("source"), "a", "meta"), memory);
    assertThat(store.apply(Logs.seeded(5, 200))).hasSize(200);
    return store;
  }

  @Test
  void a_restored_store_has_the_same_keys_leases_and_fences_and_begins_a_new_log()
      throws IOException {
    try (GroupStore source = source()) {
      BackupManifest written = GroupBackup.write(source, backup);
      BackupManifest read = GroupBackup.restore(backup, target, written.floor(0), memory);
      try (GroupStore restored = GroupStore.open(target, memory)) {
        assertThat(read).isEqualTo(written);
        assertThat(restored.list("", "", 1_000, true).items())
            .isEqualTo(source.list("", "", 1_000, true).items())
            .isNotEmpty();
        assertThat(restored.leases()).isEqualTo(source.leases());
        assertThat(restored.fence("resource0")).isEqualTo(source.fence("resource0"));
        assertThat(restored.expiringKeys("", 1_000)).isEqualTo(source.expiringKeys("", 1_000));
        assertThat(restored.usedBytes()).isEqualTo(source.usedBytes());
        assertThat(restored.keyCount()).isEqualTo(source.keyCount());
        assertThat(restored.appliedIndex()).isZero();
        assertThat(restored.changes("", source.revision(), 10).compacted()).isTrue();
      }
    }
  }

  @Test
  void tokens_go_on_above_all_that_were_ever_granted() throws IOException {
    try (GroupStore source = source()) {
      assertThat(
              source.apply(
                  List.of(Logs.committed(201, new RaiseFence(new Fence("disk", 1_000_000))))))
          .hasSize(1);
      BackupManifest manifest = GroupBackup.write(source, backup);
      assertThat(manifest.highestToken()).isEqualTo(1_000_000);
      assertThatThrownBy(() -> GroupBackup.restore(backup, target, manifest.known(), memory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("too low");
      BackupManifest restored = GroupBackup.restore(backup, target, manifest.floor(0), memory);
      assertThat(restored.revision()).isEqualTo(source.revision());
    }
    try (GroupStore restored = GroupStore.open(target, memory)) {
      var results = restored.apply(List.of(Logs.committed(1, new Acquire("fresh", "holder", 10))));
      assertThat(results.getFirst().getFirst())
          .isInstanceOfSatisfying(
              LeaseState.class,
              lease -> assertThat(lease.epoch()).isGreaterThan(1_000_000 + (1L << 40)));
    }
  }

  @Test
  void a_backup_that_is_damaged_or_not_whole_is_refused() throws IOException {
    try (GroupStore source = source()) {
      BackupManifest manifest = GroupBackup.write(source, backup);
      Path pairs = pairs().getFirst();
      byte[] bytes = Files.readAllBytes(pairs);
      bytes[bytes.length / 2] ^= 1;
      Path unused = Files.write(pairs, bytes);
      assertThatThrownBy(() -> GroupBackup.restore(backup, target, manifest.floor(0), memory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("checksum");

      Files.delete(BackupManifest.file(backup, "meta"));
      assertThat(GroupBackup.find(backup, "meta")).isEmpty();
      assertThatThrownBy(() -> GroupBackup.restore(backup, target, manifest.floor(0), memory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("no whole backup");
      assertThat(target.directory()).doesNotExist();
    }
  }

  private List<Path> pairs() throws IOException {
    return Disk.list(backup).stream().filter(f -> f.toString().endsWith(".pairs")).toList();
  }

  @Test
  void a_backup_takes_the_place_of_the_one_before_and_leaves_other_groups_alone()
      throws IOException {
    Path unused = Files.createDirectories(backup);
    Path other = Files.writeString(backup.resolve("meta-1.0123.pairs"), "of another group");
    try (GroupStore source = source()) {
      BackupManifest first = GroupBackup.write(source, backup);
      assertThat(source.apply(List.of(Logs.committed(201, new Acquire("x", "y", 1))))).hasSize(1);
      BackupManifest second = GroupBackup.write(source, backup);

      assertThat(second.appliedIndex()).isEqualTo(first.appliedIndex() + 1);
      assertThat(GroupBackup.find(backup, "meta")).contains(second);
      assertThat(pairs()).hasSize(2).contains(other);
      assertThat(GroupBackup.restore(backup, target, second.floor(0), memory)).isEqualTo(second);
    }
  }

  @Test
  void a_backup_that_fails_leaves_the_one_before_whole() throws IOException {
    GroupStore source = source();
    BackupManifest first;
    try (source) {
      first = GroupBackup.write(source, backup);
    }
    assertThatThrownBy(() -> GroupBackup.write(source, backup)).isInstanceOf(StoreException.class);
    Path half = Files.writeString(backup.resolve("meta.pairs.new"), "half");

    assertThat(half).exists();
    assertThat(GroupBackup.restore(backup, target, first.floor(0), memory)).isEqualTo(first);
  }

  @Test
  void a_backup_that_finds_the_disk_full_leaves_nothing_of_its_draft() throws IOException {
    try (GroupStore source = source()) {
      Path made = Files.createDirectories(backup);
      Path full = Path.of("/dev/full");
      assumeThat(full).exists();
      Path draft = Files.createSymbolicLink(made.resolve("meta.pairs.new"), full);

      assertThatThrownBy(() -> GroupBackup.write(source, backup)).isInstanceOf(IOException.class);

      assertThat(Files.exists(draft, LinkOption.NOFOLLOW_LINKS)).isFalse();
      assertThat(GroupBackup.write(source, backup).keyCount()).isPositive();
    }
  }

  @Test
  void a_backup_takes_about_as_much_as_is_said_before() throws IOException {
    try (GroupStore source = source()) {
      BackupManifest unused = GroupBackup.write(source, backup);

      assertThat(Files.size(pairs().getFirst()))
          .isBetween(GroupBackup.bytes(source) / 4, GroupBackup.bytes(source) * 2);
    }
  }

  @Test
  void a_backup_during_which_a_snapshot_replaces_everything_holds_one_state() throws Exception {
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    try (GroupStore store = source();
        ExecutorService thread = Executors.newSingleThreadExecutor()) {
      store.save(snapshot);
      AtomicBoolean enough = new AtomicBoolean();
      Future<Integer> loads =
          thread.submit(
              () -> {
                int count = 0;
                for (; !enough.get() || count == 0; count++) {
                  store.load(snapshot);
                }
                return count;
              });
      for (int i = 0; i < 30; i++) {
        BackupManifest manifest = GroupBackup.write(store, backup);
        manifest.check(pairs().getFirst(), manifest.floor(0));
      }
      enough.set(true);
      assertThat(loads.get(60, TimeUnit.SECONDS)).isPositive();
    }
  }

  @Test
  void a_backup_that_holds_other_than_its_manifest_says_is_refused() throws IOException {
    try (GroupStore source = source()) {
      BackupManifest m = GroupBackup.write(source, backup);
      Path file = pairs().getFirst();
      List<BackupManifest> wrong =
          List.of(
              with(m, m.keyCount() + 1, m.usedBytes(), m.pairs()),
              with(m, m.keyCount(), m.usedBytes() - 1, m.pairs()),
              with(m, m.keyCount(), m.usedBytes(), m.pairs() + 1));

      m.check(file, m.floor(0));
      for (BackupManifest manifest : wrong) {
        assertThatThrownBy(() -> manifest.check(file, m.floor(0)))
            .isInstanceOf(StoreException.class)
            .hasMessageContaining("its manifest says");
      }
    }
  }

  private static BackupManifest with(BackupManifest m, long keys, long bytes, long pairs) {
    return new BackupManifest(
        m.format(),
        m.cluster(),
        m.group(),
        m.appliedIndex(),
        m.revision(),
        m.highestToken(),
        keys,
        bytes,
        pairs,
        m.sha256());
  }

  @Test
  void a_backup_is_not_restored_over_a_store() throws IOException {
    try (GroupStore source = source()) {
      BackupManifest manifest = GroupBackup.write(source, backup);
      StoreConfig taken = new StoreConfig(temp.resolve("source"), "a", "meta");
      assertThatThrownBy(() -> GroupBackup.restore(backup, taken, manifest.floor(0), memory))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("is not empty");
    }
  }

  @Test
  void a_backup_that_a_snapshot_overtakes_is_whole_and_of_one_of_the_two_states() throws Exception {
    int few = 4_000;
    List<Committed> log = Logs.seeded(5, few + 1_000);
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    try (GroupStore ahead =
        GroupStore.open(new StoreConfig(temp.resolve("x"), "a", "meta"), memory)) {
      assertThat(ahead.apply(log)).hasSize(log.size());
      ahead.save(snapshot);
    }
    GroupStore store =
        GroupStore.open(new StoreConfig(temp.resolve("source"), "a", "meta"), memory);
    assertThat(store.apply(log.subList(0, few))).hasSize(few);
    Path unfinished = backup.resolve("meta" + GroupBackup.UNFINISHED);
    try (ExecutorService worker = Executors.newSingleThreadExecutor();
        store) {
      Future<BackupManifest> made = worker.submit(() -> GroupBackup.write(store, backup));
      while (!Files.exists(unfinished) && !made.isDone()) {
        Thread.onSpinWait();
      }
      store.load(snapshot);
      BackupManifest manifest = made.get(60, TimeUnit.SECONDS);

      assertThat(manifest.appliedIndex()).isIn((long) few, (long) log.size());
      BackupManifest restored = GroupBackup.restore(backup, target, manifest.floor(0), memory);
      assertThat(restored).isEqualTo(manifest);
      try (GroupStore again = GroupStore.open(target, memory)) {
        assertThat(again.keyCount()).isEqualTo(manifest.keyCount());
        assertThat(again.usedBytes()).isEqualTo(manifest.usedBytes());
      }
      assertThat(store.hash()).isEqualTo(Logs.expected(5, log.size(), "meta"));
    }
  }
}
