package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreDirectoryTest {
  @TempDir Path temp;
  private final RocksMemory memory = TestMemory.open();

  @AfterEach
  void close() {
    memory.close();
  }

  private StoreConfig config(String cluster, String group) {
    return new StoreConfig(temp.resolve("store"), cluster, group);
  }

  private void fill() throws IOException {
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      assertThat(store.apply(Logs.seeded(1, 20))).hasSize(20);
    }
  }

  private StateHash hash() throws IOException {
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      return store.hash();
    }
  }

  private void refused(ThrowingCallable call, String... parts) {
    assertThatThrownBy(call).isInstanceOf(StoreException.class).hasMessageContainingAll(parts);
  }

  @Test
  void a_directory_of_another_cluster_or_group_is_refused() throws IOException {
    fill();

    refused(
        () -> GroupStore.open(config("b", "data-0"), memory),
        "belongs to the cluster a, this node to b",
        "Name another data directory");
    refused(() -> GroupStore.open(config("a", "data-1"), memory), "holds the group data-0");
    assertThat(hash()).isEqualTo(Logs.expected(1, 20, "data-0"));
  }

  @Test
  void a_directory_of_a_newer_format_is_refused() throws IOException {
    fill();
    Path marker = temp.resolve("store").resolve(Marker.FILE);
    Path unused =
        Files.writeString(marker, Files.readString(marker).replace("format=1", "format=2"));

    refused(
        () -> GroupStore.open(config("a", "data-0"), memory),
        "is in format 2, this version of Hawser reads up to 1",
        "Start that version again");
  }

  @Test
  void a_directory_of_something_else_is_refused_and_left_alone() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("store"));
    Path file = Files.writeString(directory.resolve("thesis.tex"), "dear to somebody");

    refused(() -> GroupStore.open(config("a", "data-0"), memory), "is no store");
    assertThat(file).exists();
  }

  @Test
  void a_store_whose_database_was_removed_is_refused_and_not_begun_anew() throws IOException {
    fill();
    Disk.deleteAll(temp.resolve("store").resolve("db-1"));

    refused(() -> GroupStore.open(config("a", "data-0"), memory), "db-1", "is gone");
  }

  @Test
  void a_marker_that_says_nothing_is_refused() throws IOException {
    fill();
    Path unused = Files.writeString(temp.resolve("store").resolve(Marker.FILE), "format=1\n");

    refused(() -> GroupStore.open(config("a", "data-0"), memory), "damaged", "move the directory");
  }

  @Test
  void a_store_that_is_open_already_is_refused() throws IOException {
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      assertThat(store.keyCount()).isZero();
      refused(() -> GroupStore.open(config("a", "data-0"), memory), "in use by another process");
    }
  }

  @Test
  void a_crash_while_a_store_is_made_or_a_snapshot_comes_leaves_the_old_one() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("store"));
    Path half = Files.createDirectory(directory.resolve("db-1"));
    Path marker = Files.writeString(directory.resolve(Marker.FILE + ".new"), "for");
    assertThat(half).exists();
    assertThat(marker).exists();
    fill();
    Path staged = Files.createDirectory(directory.resolve("db-2"));
    Path table = Files.writeString(staged.resolve("000001.sst"), "half");
    Path checkpoint = Files.createDirectory(directory.resolve("checkpoint"));

    assertThat(hash()).isEqualTo(Logs.expected(1, 20, "data-0"));
    assertThat(table).doesNotExist();
    assertThat(checkpoint).doesNotExist();
  }

  @Test
  void a_snapshot_that_is_foreign_or_damaged_leaves_the_old_store() throws IOException {
    fill();
    Path snapshot = Files.createDirectory(temp.resolve("snapshot"));
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      refused(() -> store.load(snapshot), "is no snapshot of a store");
      store.save(snapshot);
    }
    Path marker = snapshot.resolve(Marker.FILE);
    String ours = Files.readString(marker);
    Path foreign = Files.writeString(marker, ours.replace("cluster=a", "cluster=z"));
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      refused(() -> store.load(snapshot), "belongs to the cluster z");
    }
    Path again = Files.writeString(foreign, ours);
    Path current = Files.writeString(again.resolveSibling("CURRENT"), "MANIFEST-999999\n");
    assertThat(current).exists();
    try (GroupStore store = GroupStore.open(config("a", "data-0"), memory)) {
      refused(() -> store.load(snapshot), "cannot be opened");
    }
    assertThat(hash()).isEqualTo(Logs.expected(1, 20, "data-0"));
  }
}
