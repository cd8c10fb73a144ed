package io.hawser.bus.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each on clocks that start on either side of the wrap. */
class RollBookTest {
  private static final long SECOND = 1_000_000_000L;
  private static final NodeId PEER = new NodeId("node-1");
  private static final NodeId OTHER = new NodeId("node-2");
  private static final Set<String> ALL = Set.of("events", "beats");

  private final RollBook book = new RollBook(SECOND);
  private long nowNs;

  private void start(long originNs) {
    nowNs = originNs;
    book.expect(List.of(PEER, OTHER), nowNs);
  }

  /** The peer calls, having knocked after the call before, and knocks now. */
  private List<String> round(NodeId peer, long round, String... reached) {
    List<String> repairs = book.called(peer, round, round - 1, ALL, nowNs);
    for (String address : reached) {
      book.heard(peer, round, address);
    }
    return repairs;
  }

  private void tick() {
    nowNs += SECOND;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 2 * SECOND})
  void an_address_that_is_heard_is_left_alone(long origin) {
    start(origin);
    for (int i = 1; i < 50; i++) {
      assertThat(round(PEER, i, "events", "beats")).isEmpty();
      assertThat(round(OTHER, i, "events", "beats")).isEmpty();
      assertThat(book.deaf("roll", nowNs)).isFalse();
      tick();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 2 * SECOND})
  void an_address_that_two_rolls_in_a_row_miss_is_repaired_once(long origin) {
    start(origin);
    assertThat(round(PEER, 1, "beats")).isEmpty();
    tick();
    assertThat(round(PEER, 2, "beats")).isEmpty();
    tick();
    assertThat(round(PEER, 3, "beats", "events")).containsExactly("events");
    tick();
    assertThat(round(PEER, 4, "beats", "events")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 2 * SECOND})
  void two_peers_that_miss_the_same_bring_about_one_repair(long origin) {
    start(origin);
    for (int i = 1; i < 3; i++) {
      assertThat(round(PEER, i, "beats")).isEmpty();
      assertThat(round(OTHER, i, "beats")).isEmpty();
      tick();
    }
    assertThat(round(PEER, 3, "beats", "events")).containsExactly("events");
    assertThat(round(OTHER, 3, "beats", "events")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 2 * SECOND})
  void one_lost_knock_is_no_reason(long origin) {
    start(origin);
    for (int i = 1; i < 20; i++) {
      assertThat(round(PEER, i, i % 2 == 0 ? "events" : "beats", "beats")).isEmpty();
      tick();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - 2 * SECOND})
  void a_peer_that_did_not_knock_says_nothing(long origin) {
    start(origin);
    for (int i = 1; i < 10; i++) {
      assertThat(book.called(PEER, i, 0, ALL, nowNs)).isEmpty();
      tick();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 2 * SECOND})
  void repairs_that_do_not_help_become_rare(long origin) {
    start(origin);
    int repairs = 0;
    for (int i = 1; i <= 600; i++) {
      repairs += round(PEER, i, "beats").size();
      tick();
    }
    assertThat(repairs).isBetween(5, 16);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MIN_VALUE, Long.MAX_VALUE - 2 * SECOND})
  void a_peer_that_never_calls_means_that_the_calls_do_not_arrive(long origin) {
    start(origin);
    int repairs = 0;
    for (int i = 1; i <= 6; i++) {
      assertThat(round(OTHER, i, "events", "beats")).isEmpty();
      repairs += book.deaf("roll", nowNs) ? 1 : 0;
      tick();
    }
    assertThat(repairs).isEqualTo(1);
    book.expect(List.of(OTHER), nowNs);
    nowNs += 10 * SECOND;
    assertThat(round(OTHER, 7, "events", "beats")).isEmpty();
    assertThat(book.deaf("roll", nowNs)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = 0)
  void a_peer_is_unreachable_after_two_calls_in_vain_and_until_one_is_answered(long origin) {
    start(origin);
    book.answered(PEER, false);
    assertThat(book.unreachable()).isEmpty();
    book.answered(PEER, false);
    assertThat(book.unreachable()).containsExactly(PEER);
    book.answered(PEER, true);
    assertThat(book.unreachable()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = 0)
  void a_stranger_is_not_kept(long origin) {
    start(origin);
    NodeId stranger = new NodeId("stranger");
    assertThat(round(stranger, 1)).isEmpty();
    assertThat(round(stranger, 2)).isEmpty();
    assertThat(round(stranger, 3)).isEmpty();
  }
}
