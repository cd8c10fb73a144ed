package io.hawser.storage.placement;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.Presence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether an empty storage node founds a cluster. It never does when it sees one; it does when it
 * was told to ({@code new}), or when it is the lowest of as many empty ones as it was told to
 * expect ({@code expect:N}). Pure.
 */
public record Beginning(boolean found, String why) {
  /** What {@code storage.bootstrap} may be: {@code new}, {@code join} or {@code expect:N}. */
  public static final String NEW = "new";

  public static final String JOIN = "join";
  private static final String EXPECT = "expect:";
  private static final int MAX_EXPECTED = 99;

  /**
   * @throws IllegalArgumentException when the text is none of the three
   */
  public static String check(String text) {
    String wish = text.strip().toLowerCase(Locale.ROOT);
    if (wish.equals(NEW) || wish.equals(JOIN) || expected(wish).isPresent()) {
      return wish;
    }
    throw new IllegalArgumentException(
        "storage.bootstrap must be new, join or expect:N, got '" + text + "'");
  }

  private static Optional<Integer> expected(String wish) {
    if (!wish.startsWith(EXPECT)) {
      return Optional.empty();
    }
    try {
      int count = Integer.parseInt(wish.substring(EXPECT.length()));
      return count >= 1 && count <= MAX_EXPECTED ? Optional.of(count) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Decides for a node without a cluster.
   *
   * @param others what it has heard
   * @param live the other storage nodes that the cluster manager sees, heard or not
   * @param known the cluster that this node has been in the reach of before, if any
   */
  public static Beginning decide(
      NodeId self,
      String wish,
      Collection<Presence> others,
      Collection<NodeId> live,
      Optional<String> known) {
    List<Presence> heard = others.stream().filter(p -> !p.node().equals(self)).toList();
    Optional<Presence> member = heard.stream().filter(p -> !p.cluster().isEmpty()).findFirst();
    if (member.isPresent()) {
      return new Beginning(false, "waits to be admitted, sees " + member.get().node());
    }
    Optional<Integer> expected = expected(wish);
    if (expected.isEmpty() && !wish.equals(NEW)) {
      return new Beginning(false, "waits for a storage node to join");
    }
    List<NodeId> silent = new ArrayList<>(live);
    heard.forEach(p -> silent.remove(p.node()));
    silent.remove(self);
    if (!silent.isEmpty()) {
      return new Beginning(false, "waits to hear of " + silent);
    }
    if (known.isPresent()) {
      return new Beginning(
          false,
          "waits for the cluster %s, of which it knows; to found another one, remove the file"
                  .formatted(known.get())
              + " committed-roster from its data directory");
    }
    if (expected.isPresent()) {
      return expecting(self, wish, heard, expected.get());
    }
    return founder(self, heard.stream().filter(p -> p.wish().equals(NEW)).toList());
  }

  private static Beginning expecting(NodeId self, String wish, List<Presence> heard, int expected) {
    List<Presence> alike = heard.stream().filter(p -> p.wish().equals(wish)).toList();
    return alike.size() + 1 < expected
        ? new Beginning(false, "sees " + (alike.size() + 1) + " of " + expected + " storage nodes")
        : founder(self, alike);
  }

  private static Beginning founder(NodeId self, List<Presence> rivals) {
    Optional<NodeId> lower =
        rivals.stream().map(Presence::node).filter(id -> id.compareTo(self) < 0).findFirst();
    return lower.isPresent()
        ? new Beginning(false, "leaves it to " + lower.get() + " to found the cluster")
        : new Beginning(true, "founds a cluster");
  }
}
