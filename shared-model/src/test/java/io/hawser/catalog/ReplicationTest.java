package io.hawser.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hawser.catalog.Step.Send;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.model.RegistryMessage.Difference;
import io.hawser.model.RegistryMessage.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicationTest {
  private static final NodeId A = new NodeId("a");
  private static final NodeId B = new NodeId("b");
  private static final long NOW = 1_700_000_000_000L;

  private final Replication a = new Replication(A, new HybridClock());
  private final Replication b = new Replication(B, new HybridClock());

  private static Map<FacetKey, Optional<Facet>> registrations(String prefix, int count) {
    Map<FacetKey, Optional<Facet>> changes = new HashMap<>();
    for (int i = 0; i < count; i++) {
      FacetKey key = FacetKey.of(Kind.REGISTRATION, new InstanceKey("echo", prefix + i));
      changes.put(key, Optional.of(Writes.registration("one")));
    }
    return changes;
  }

  private static Step write(Replication replica, String prefix, int count) {
    return replica.write(registrations(prefix, count), NOW);
  }

  /** Carries an exchange that {@code a} begins to its end. Returns every message of it. */
  private List<RegistryMessage> exchange() {
    List<RegistryMessage> all = new ArrayList<>();
    ArrayDeque<Send> toB = new ArrayDeque<>(a.exchange(B).sends());
    while (!toB.isEmpty()) {
      RegistryMessage message = toB.removeFirst().message();
      all.add(message);
      for (Send reply : b.receive(A, message, NOW).sends()) {
        all.add(reply.message());
        toB.addAll(a.receive(B, reply.message(), NOW).sends());
      }
    }
    assertThat(a.exchanging(B)).isFalse();
    return all;
  }

  private static int carried(RegistryMessage message) {
    return switch (message) {
      case Delta delta -> delta.entries().size();
      case Difference difference -> difference.entries().size();
      default -> 0;
    };
  }

  @Test
  void one_exchange_makes_two_replicas_equal_and_no_message_is_large() {
    Step unused = write(a, "a", 20_000);
    unused = write(b, "b", 5_000);
    List<RegistryMessage> messages = exchange();

    assertThat(a.catalog().digest()).isEqualTo(b.catalog().digest());
    assertThat(a.catalog().size()).isEqualTo(25_000);
    assertThat(messages)
        .allSatisfy(m -> assertThat(carried(m)).isLessThanOrEqualTo(Room.MAX_ENTRIES));
  }

  @Test
  void an_exchange_of_equal_replicas_is_one_question_and_an_empty_answer() {
    Step written = write(a, "a", 1_000);
    written.sends().forEach(send -> assertThat(b.receive(A, send.message(), NOW)).isNotNull());

    assertThat(exchange()).hasSize(2);
  }

  @Test
  void one_entry_that_is_missing_in_many_costs_few_entries() {
    Step written = write(a, "a", 20_000);
    written.sends().forEach(send -> assertThat(b.receive(A, send.message(), NOW)).isNotNull());
    Step unused = write(b, "late", 1);
    List<RegistryMessage> messages = exchange();

    assertThat(a.catalog().digest()).isEqualTo(b.catalog().digest());
    assertThat(messages.stream().mapToInt(ReplicationTest::carried).sum()).isLessThan(30);
  }

  @Test
  void a_large_write_goes_out_in_deltas_of_bounded_size() {
    Step written = write(a, "a", 1_234);

    assertThat(written.changed()).hasSize(1_234);
    assertThat(written.sends()).hasSize(3);
    Map<FacetKey, Optional<Facet>> heavy = new HashMap<>();
    for (int i = 0; i < 8; i++) {
      heavy.put(
          FacetKey.named(Kind.RECEIVER, "r" + i),
          Optional.of(new Facet.Receiver("x".repeat(100_000))));
    }
    assertThat(a.write(heavy, NOW).sends()).hasSize(4);
  }

  @Test
  void a_stamp_from_too_far_ahead_is_refused_and_does_not_move_the_clock() {
    Entry mad =
        Writes.at(
            NOW + Replication.MAX_LEAD_MS + 1, Kind.ROLE, Writes.verdict("x", Facet.Health.UP));
    Step step = a.receive(B, new Delta(B, List.of(mad)), NOW);

    assertThat(step.refused()).containsExactly(mad);
    assertThat(step.changed()).isEmpty();
    assertThat(write(a, "a", 1).changed().getFirst().stamp().wallMs()).isEqualTo(NOW);
  }

  @Test
  void what_a_snapshot_held_keeps_its_stamps_and_moves_the_clock() {
    long laterMs = NOW + Replication.MAX_LEAD_MS;
    Entry entry = Writes.at(laterMs, Kind.REGISTRATION, Writes.registration("one"));
    Entry old = Writes.deleted(NOW - 2 * Catalog.TOMBSTONE_LIFE_MS, Kind.VERDICT, Writes.ECHO_A);
    Step step = a.restore(List.of(entry, old), NOW, NOW);

    assertThat(step.changed()).containsExactly(entry);
    assertThat(a.catalog().entry(entry.key())).contains(entry);
    assertThat(write(a, "a", 1).changed().getFirst().stamp().newerThan(entry.stamp())).isTrue();
  }

  @Test
  void what_was_written_while_the_clock_was_far_ahead_loses_to_all_that_others_have() {
    long aheadMs = NOW + 60 * Replication.MAX_LEAD_MS;
    Entry alone = Writes.at(aheadMs, Kind.REGISTRATION, Writes.registration("one"));
    Entry deletion = Writes.deleted(aheadMs, Kind.VERDICT, Writes.ECHO_A);
    Step step = a.restore(List.of(alone, deletion), NOW, NOW);

    assertThat(step.changed()).hasSize(1);
    assertThat(a.catalog().entry(alone.key()).flatMap(Entry::value)).isEqualTo(alone.value());
    assertThat(a.catalog().entry(deletion.key())).isEmpty();
    Entry others = Writes.at(NOW - 1_000, Kind.REGISTRATION, Writes.registration("two"));
    assertThat(a.receive(B, new Delta(B, List.of(others)), NOW).changed()).containsExactly(others);
    assertThat(write(a, "a", 1).changed().getFirst().stamp().wallMs()).isEqualTo(NOW);
  }

  @Test
  void a_node_whose_clock_was_set_far_back_says_so_and_writes_nothing_that_others_would_refuse() {
    Step unused = a.write(registrations("a", 1), NOW + 60 * Replication.MAX_LEAD_MS);

    assertThatThrownBy(() -> write(a, "b", 1))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.code()).isEqualTo("clock-ahead"));
    assertThat(a.catalog().size()).isEqualTo(1);
    long laterMs = NOW + 59 * Replication.MAX_LEAD_MS;
    assertThat(a.write(registrations("b", 1), laterMs).changed()).hasSize(1);
  }

  @Test
  void a_tick_turns_to_one_peer_after_the_other_but_lets_an_exchange_go_on_that_proceeds() {
    List<NodeId> peers = List.of(B, new NodeId("c"));
    NodeId first = to(a.tick(peers, NOW));
    NodeId second = to(a.tick(peers, NOW));
    assertThat(List.of(first, second)).containsExactlyInAnyOrderElementsOf(peers);

    Send question = a.exchange(B).sends().getFirst();
    Step unused = write(b, "b", 10);
    RegistryMessage answer = b.receive(A, question.message(), NOW).sends().getFirst().message();
    unused = a.receive(B, answer, NOW);
    assertThat(a.tick(peers, NOW).sends()).isEmpty();
    assertThat(a.tick(peers, NOW).sends()).hasSize(1);
  }

  private static NodeId to(Step step) {
    return step.sends().getFirst().to().orElseThrow();
  }

  @Test
  void a_digest_of_a_part_that_there_is_not_is_answered_without_entries() {
    Step unused = write(a, "a", 100);
    for (int part : new int[] {-1, 65, Integer.MAX_VALUE}) {
      Step step = a.receive(B, new Digest(B, List.of(1L), part, -5), NOW);
      assertThat(carried(step.sends().getFirst().message())).isZero();
    }
    assertThat(a.receive(B, new Digest(B, List.of(), 3, -1), NOW).sends()).hasSize(1);
  }
}
