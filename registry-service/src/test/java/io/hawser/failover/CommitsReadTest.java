package io.hawser.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.failover.core.Book;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Pause;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.node.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitsReadTest {
  private static final FacetKey X = Book.pauseKey("x");
  private static final Pause PAUSE = new Pause("why", "me", Long.MAX_VALUE);

  /** Answers when the test says so. */
  private static final class ByHand implements FailoverStore {
    final List<Promise<Outcome<List<Stored>>>> loads = new ArrayList<>();
    final List<Promise<Outcome<Long>>> commits = new ArrayList<>();

    @Override
    public Future<Outcome<List<Stored>>> load() {
      Promise<Outcome<List<Stored>>> load = Promise.promise();
      loads.add(load);
      return load.future();
    }

    @Override
    public Future<Outcome<Long>> commit(List<Change> changes, long term) {
      Promise<Outcome<Long>> commit = Promise.promise();
      commits.add(commit);
      return commit.future();
    }

    @Override
    public Future<Outcome<Long>> raise(String resource, long token) {
      return Future.succeededFuture(new Outcome.Ok<>(token));
    }
  }

  private final ByHand store = new ByHand();
  private final Book book = new Book();
  private final Commits commits = new Commits(store, book, new Meters(new SimpleMeterRegistry()));

  @Test
  void what_was_written_while_all_was_read_is_not_lost() {
    Future<Outcome<Long>> write = commits.write(Map.of(X, Optional.<Facet>of(PAUSE)), 1);
    Future<Boolean> read = commits.read(1);
    store.commits.getFirst().complete(new Outcome.Ok<>(7L));
    assertThat(write.result()).isInstanceOf(Outcome.Ok.class);
    store.loads.getFirst().complete(new Outcome.Ok<>(List.of()));
    assertThat(book.revision(X)).isEqualTo(7);
    assertThat(commits.uptodate(1)).isFalse();
    assertThat(read.isComplete()).isFalse();

    store
        .loads
        .getLast()
        .complete(new Outcome.Ok<>(List.of(new FailoverStore.Stored(X, PAUSE, 7))));
    assertThat(read.result()).isTrue();
    assertThat(store.loads).hasSize(2);
    assertThat(commits.uptodate(1)).isTrue();
    assertThat(book.revision(X)).isEqualTo(7);
  }

  @Test
  void what_a_restored_store_has_counts_though_it_is_older() {
    Future<Boolean> read = commits.read(1);
    store
        .loads
        .getLast()
        .complete(new Outcome.Ok<>(List.of(new FailoverStore.Stored(X, PAUSE, 7))));
    commits.doubt();
    Future<Boolean> again = commits.read(1);
    store
        .loads
        .getLast()
        .complete(new Outcome.Ok<>(List.of(new FailoverStore.Stored(X, PAUSE, 5))));
    assertThat(read.result() && again.result()).isTrue();
    assertThat(book.revision(X)).isEqualTo(5);
  }

  @Test
  void an_answer_that_comes_late_does_not_take_back_what_was_read_since() {
    Future<Outcome<Long>> write = commits.write(Map.of(X, Optional.<Facet>of(PAUSE)), 1);
    commits.doubt();
    Pause newer = new Pause("longer", "me", Long.MAX_VALUE);
    Future<Boolean> read = commits.read(2);
    store
        .loads
        .getFirst()
        .complete(new Outcome.Ok<>(List.of(new FailoverStore.Stored(X, newer, 9))));
    assertThat(read.result()).isTrue();
    store.commits.getFirst().complete(new Outcome.Ok<>(7L));

    assertThat(write.result()).isInstanceOf(Outcome.Ok.class);
    assertThat(book.revision(X)).isEqualTo(9);
    assertThat(book.get(X, Pause.class)).contains(newer);
  }
}
