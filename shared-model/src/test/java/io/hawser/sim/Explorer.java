package io.hawser.sim;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Looks at everything that may happen in a small world, nearest first: from each state every move
 * is made, and a state that was seen is not looked at again. So what is wrong is found by as few
 * moves as there are, and they are the report. Of the states that were seen it keeps 128 bits each,
 * by which two of some hundred thousand are not taken for one another.
 *
 * @param <S> a state of the world; never changed once it is made
 * @param <M> a move; its text stands in the report
 */
public final class Explorer<S, M> {
  /** The world. */
  public interface Space<S, M> {
    S start();

    /** What may happen next. */
    List<M> moves(S state);

    /** The state after a move; the one before stays as it is. */
    S after(S state, M move);

    /** States with the same text go on in the same way. */
    String identity(S state);

    /** What is wrong with a state; empty when nothing is. */
    Optional<String> wrong(S state);
  }

  /** What was found to be wrong, and how it comes to that. */
  public record Found<M>(String what, List<M> moves) {
    public Found {
      moves = List.copyOf(moves);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(what);
      text.append("\n  after ").append(moves.size()).append(" moves:");
      moves.forEach(move -> text.append("\n  ").append(move));
      return text.toString();
    }
  }

  /**
   * @param states how many were seen
   * @param moves how many were made
   * @param depth how many of them lead to the state that is farthest away
   * @param whole whether there is nothing else to be seen
   */
  public record Report<M>(
      int states, long moves, int depth, boolean whole, Optional<Found<M>> found) {}

  private record Seen(long high, long low) {}

  private record Way<M>(Optional<Way<M>> before, Optional<M> move, int length) {
    List<M> moves() {
      List<M> moves = new ArrayList<>();
      for (Optional<Way<M>> way = Optional.of(this); way.isPresent(); way = way.get().before()) {
        way.get().move().ifPresent(moves::add);
      }
      Collections.reverse(moves);
      return moves;
    }
  }

  private record Ahead<S, M>(S state, Way<M> way) {}

  private final Space<S, M> space;
  private final Consumer<S> each;
  private final MessageDigest md5;
  private final Set<Seen> seen = new HashSet<>();
  private final ArrayDeque<Ahead<S, M>> ahead = new ArrayDeque<>();
  private long made;
  private int depth;

  /**
   * @param each is shown every state that was found to be right, once
   */
  public Explorer(Space<S, M> space, Consumer<S> each) {
    this.space = space;
    this.each = each;
    try {
      this.md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has MD5", e);
    }
  }

  /**
   * @param most states; when there are more the report is not of the whole
   */
  public Report<M> explore(int most) {
    Optional<Found<M>> found =
        look(space.start(), new Way<>(Optional.empty(), Optional.empty(), 0));
    while (found.isEmpty() && !ahead.isEmpty() && seen.size() < most) {
      Ahead<S, M> next = ahead.removeFirst();
      for (M move : space.moves(next.state())) {
        Way<M> way = new Way<>(Optional.of(next.way()), Optional.of(move), next.way().length() + 1);
        found = make(next.state(), move, way);
        if (found.isPresent()) {
          break;
        }
      }
    }
    return new Report<>(seen.size(), made, depth, ahead.isEmpty(), found);
  }

  private Optional<Found<M>> make(S state, M move, Way<M> way) {
    made++;
    try {
      return look(space.after(state, move), way);
    } catch (RuntimeException | AssertionError e) {
      return Optional.of(new Found<>(String.valueOf(e), way.moves()));
    }
  }

  private Optional<Found<M>> look(S state, Way<M> way) {
    if (!seen.add(seen(space.identity(state)))) {
      return Optional.empty();
    }
    depth = Math.max(depth, way.length());
    Optional<String> wrong = space.wrong(state);
    if (wrong.isPresent()) {
      return Optional.of(new Found<>(wrong.get(), way.moves()));
    }
    each.accept(state);
    ahead.addLast(new Ahead<>(state, way));
    return Optional.empty();
  }

  private Seen seen(String identity) {
    ByteBuffer sum = ByteBuffer.wrap(md5.digest(identity.getBytes(StandardCharsets.UTF_8)));
    return new Seen(sum.getLong(), sum.getLong());
  }
}
