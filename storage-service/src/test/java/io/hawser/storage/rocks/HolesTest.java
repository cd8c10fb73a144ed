package io.hawser.storage.rocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Blob;
import io.hawser.storage.rocks.Holes.Part;
import io.hawser.storage.rocks.Holes.Piece;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HolesTest {
  private static final Optional<Blob> START = Optional.empty();
  private static final Piece TOMBSTONES = piece(0, 1, "a", "z");
  private static final List<Piece> FILES =
      List.of(
          piece(6, 10, "k", "p"),
          TOMBSTONES,
          piece(6, 10, "a", "e"),
          piece(6, 10, "f", "j"),
          piece(6, 30, "q", "z"));

  private static Piece piece(int level, long bytes, String first, String last) {
    return new Piece(level, bytes, Blob.utf8(first), Blob.utf8(last));
  }

  private static String range(Optional<Part> part) {
    return part.map(p -> p.from().orElseThrow().text() + "-" + p.to().orElseThrow().text())
        .orElse("none");
  }

  @Test
  void all_of_it_is_rewritten_when_there_is_room_for_it() {
    assertThat(Holes.next(FILES, START, 61)).contains(Part.ALL);
  }

  @Test
  void a_part_at_a_time_is_rewritten_when_there_is_not() {
    Optional<Part> first = Holes.next(FILES, START, 25);
    Optional<Part> second = Holes.next(FILES, first.orElseThrow().next(), 25);

    assertThat(range(first)).isEqualTo("a-j");
    assertThat(range(second)).isEqualTo("k-p");
    assertThat(second.flatMap(Part::next).map(Blob::text)).contains("q");
    assertThat(range(Holes.next(FILES, Optional.of(Blob.utf8("q")), 25))).isEqualTo("none");
    assertThat(range(Holes.next(FILES, Optional.of(Blob.utf8("q")), 31))).isEqualTo("q-z");
  }

  @Test
  void what_there_is_no_room_for_is_passed_over() {
    List<Piece> files = List.of(TOMBSTONES, piece(6, 99, "a", "b"), piece(6, 5, "c", "d"));

    assertThat(range(Holes.next(files, START, 20))).isEqualTo("c-d");
    assertThat(range(Holes.next(files, START, 5))).isEqualTo("none");
  }

  @Test
  void what_is_in_one_level_only_has_no_holes_unless_it_is_the_newest() {
    assertThat(Holes.next(List.of(), START, 100)).isEmpty();
    assertThat(Holes.next(List.of(piece(6, 1, "a", "b"), piece(6, 1, "c", "d")), START, 100))
        .isEmpty();
    assertThat(Holes.next(List.of(TOMBSTONES, TOMBSTONES), START, 100)).isPresent();
  }
}
