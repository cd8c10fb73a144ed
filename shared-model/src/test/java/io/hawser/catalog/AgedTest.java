package io.hawser.catalog;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.catalog.Step.Send;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HybridClock;
import io.hawser.model.NodeId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A node that comes back after longer than deletions are remembered. */
class AgedTest {
  private static final long START = 1_700_000_000_000L;
  private static final long LONG_AWAY = 2 * Catalog.TOMBSTONE_LIFE_MS;

  private final Map<NodeId, Replication> nodes = new HashMap<>();
  private final Replication stayed = node("stayed", START);
  private long nowMs = START + 10_000;

  private Replication node(String name, long startMs) {
    NodeId id = new NodeId(name);
    Replication node = new Replication(id, new HybridClock(), 7);
    Step unused = node.restore(List.of(), Long.MAX_VALUE, startMs);
    nodes.put(id, node);
    return node;
  }

  private static FacetKey key(int number) {
    return FacetKey.named(Kind.RECEIVER, "r" + number);
  }

  private void write(Replication node, int number) {
    Facet value = new Receiver("http://" + number);
    assertThat(node.write(Map.of(key(number), Optional.of(value)), nowMs).changed()).hasSize(1);
  }

  private void delete(Replication node, int number) {
    assertThat(node.write(Map.of(key(number), Optional.empty()), nowMs).changed()).hasSize(1);
  }

  private static boolean holds(Replication node, int number) {
    return node.catalog().get(key(number), Receiver.class).isPresent();
  }

  /** The first of them compares itself with the second. */
  private void exchange(String from, String with) {
    NodeId asker = new NodeId(from);
    NodeId peer = new NodeId(with);
    Replication one = requireNonNull(nodes.get(asker));
    Replication other = requireNonNull(nodes.get(peer));
    ArrayDeque<Send> toPeer = new ArrayDeque<>(one.exchange(peer).sends());
    while (!toPeer.isEmpty()) {
      Step answer = other.receive(asker, toPeer.removeFirst().message(), nowMs);
      for (Send reply : answer.sends()) {
        toPeer.addAll(one.receive(peer, reply.message(), nowMs).sends());
      }
    }
  }

  /** A node that held this at that time, and is there again. */
  private Replication restored(List<Entry> held, long savedMs) {
    Replication node = node("back", nowMs);
    Step unused = node.restore(held, savedMs, nowMs);
    return node;
  }

  private void passAway(long ms) {
    nowMs += ms;
    nodes.values().forEach(node -> assertThat(node.tick(List.of(), nowMs)).isNotNull());
  }

  @Test
  void what_was_deleted_meanwhile_stays_deleted_whoever_asks_first() {
    for (String first : List.of("back", "stayed")) {
      IntStream.range(0, 50).forEach(i -> write(stayed, i));
      List<Entry> held = stayed.catalog().entries();
      long savedMs = nowMs;
      IntStream.range(0, 50).filter(i -> i % 2 == 0).forEach(i -> delete(stayed, i));
      passAway(LONG_AWAY);
      Replication back = restored(held, savedMs);
      exchange(first, first.equals("back") ? "stayed" : "back");
      exchange("back", "stayed");
      exchange("stayed", "back");
      passAway(2_000);

      assertThat(IntStream.range(0, 50).filter(i -> holds(stayed, i)).count()).isEqualTo(25);
      assertThat(back.catalog().digest()).isEqualTo(stayed.catalog().digest());
    }
  }

  @Test
  void a_node_that_knows_nothing_itself_takes_nothing_away() {
    IntStream.range(0, 50).forEach(i -> write(stayed, i));
    List<Entry> held = stayed.catalog().entries();
    long savedMs = nowMs;
    passAway(LONG_AWAY);
    Replication empty = node("empty", nowMs - 1_000);
    Replication back = restored(held, savedMs);
    exchange("back", "empty");

    assertThat(IntStream.range(0, 50).allMatch(i -> holds(back, i) && holds(empty, i))).isTrue();
  }

  @Test
  void one_that_learned_from_who_stayed_knows_as_much() {
    write(stayed, 1);
    List<Entry> held = stayed.catalog().entries();
    long savedMs = nowMs;
    delete(stayed, 1);
    passAway(LONG_AWAY);
    Replication young = node("young", nowMs - 1_000);
    exchange("young", "stayed");
    Replication back = restored(held, savedMs);
    exchange("back", "young");

    assertThat(holds(back, 1)).isFalse();
    assertThat(holds(young, 1)).isFalse();
  }

  @Test
  void one_that_was_away_for_less_hands_on_what_it_wrote() {
    Replication other = node("other", START);
    write(other, 1);
    Replication back = restored(other.catalog().entries(), nowMs);
    passAway(Catalog.TOMBSTONE_LIFE_MS / 2);
    exchange("back", "stayed");

    assertThat(holds(stayed, 1) && holds(back, 1)).isTrue();
  }

  @Test
  void what_is_written_anew_after_its_return_stays() {
    write(stayed, 1);
    List<Entry> held = stayed.catalog().entries();
    long savedMs = nowMs;
    delete(stayed, 1);
    passAway(LONG_AWAY);
    Replication back = restored(held, savedMs);
    write(back, 1);
    exchange("back", "stayed");

    assertThat(holds(back, 1) && holds(stayed, 1)).isTrue();
  }
}
