package io.hawser.storage.jraft;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are given in the order of their questions, whenever they are ready: one that is
 * early waits for those before it. Thread-safe; answers are given under its lock, and must not
 * wait.
 */
final class AnswersInOrder {
  /** So many may wait; a leader has fewer requests on their way. */
  static final int MOST = 4 * GroupOptions.MAX_INFLIGHT;

  private final Deque<Place> places = new ArrayDeque<>();
  private final Runnable tooMany;

  /**
   * @param tooMany run when more wait than should
   */
  AnswersInOrder(Runnable tooMany) {
    this.tooMany = tooMany;
  }

  /** The place of the answer to the next question. */
  Place next() {
    Place place = new Place();
    if (add(place) > MOST) {
      tooMany.run();
    }
    return place;
  }

  private synchronized int add(Place place) {
    places.add(place);
    return places.size();
  }

  private synchronized void settle(Place place, Runnable answer) {
    if (place.answer == null) {
      place.answer = answer;
      for (Runnable ready = ready(); ready != null; ready = ready()) {
        places.remove();
        ready.run();
      }
    }
  }

  private @Nullable Runnable ready() {
    Place first = places.peek();
    return first == null ? null : first.answer;
  }

  /** Where one answer belongs. The first thing that is said counts. */
  final class Place {
    private @Nullable Runnable answer;

    void answer(Runnable given) {
      settle(this, given);
    }

    /** There will be none. */
    void leave() {
      settle(this, () -> {});
    }
  }
}
