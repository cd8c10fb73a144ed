package io.hawser.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ExplorerTest {
  /** Two jugs of three and of five; nothing is wrong until one of them has just so much. */
  private record Jugs(int wrong) implements Explorer.Space<List<Integer>, String> {
    @Override
    public List<Integer> start() {
      return List.of(0, 0);
    }

    @Override
    public List<String> moves(List<Integer> jugs) {
      return List.of("fill 3", "fill 5", "empty 3", "empty 5", "3 to 5", "5 to 3");
    }

    @Override
    public List<Integer> after(List<Integer> jugs, String move) {
      int three = jugs.getFirst();
      int five = jugs.getLast();
      return switch (move) {
        case "fill 3" -> List.of(3, five);
        case "fill 5" -> List.of(three, 5);
        case "empty 3" -> List.of(0, five);
        case "empty 5" -> List.of(three, 0);
        case "3 to 5" -> {
          int poured = Math.min(three, 5 - five);
          yield List.of(three - poured, five + poured);
        }
        case "5 to 3" -> {
          int poured = Math.min(five, 3 - three);
          yield List.of(three + poured, five - poured);
        }
        default -> throw new IllegalArgumentException(move);
      };
    }

    @Override
    public String identity(List<Integer> jugs) {
      return jugs.toString();
    }

    @Override
    public Optional<String> wrong(List<Integer> jugs) {
      return jugs.contains(wrong) ? Optional.of("there are " + wrong) : Optional.empty();
    }
  }

  @Test
  void what_is_wrong_is_found_by_as_few_moves_as_there_are() {
    Explorer.Report<String> report = new Explorer<>(new Jugs(4), state -> {}).explore(100);

    assertThat(report.found().orElseThrow().moves())
        .containsExactly("fill 5", "5 to 3", "empty 3", "5 to 3", "fill 5", "5 to 3");
    assertThat(report.found().orElseThrow().toString()).contains("there are 4", "after 6 moves");
  }

  @Test
  void each_state_is_shown_once_and_all_are_seen() {
    List<List<Integer>> shown = new ArrayList<>();
    Explorer.Report<String> report = new Explorer<>(new Jugs(6), shown::add).explore(100);

    assertThat(report.found()).isEmpty();
    assertThat(report.whole()).isTrue();
    assertThat(report.states()).isEqualTo(16);
    assertThat(report.moves()).isEqualTo(16 * 6);
    assertThat(shown).hasSize(16).doesNotHaveDuplicates();
  }

  @Test
  void a_part_is_not_taken_for_the_whole() {
    assertThat(new Explorer<>(new Jugs(6), state -> {}).explore(5).whole()).isFalse();
  }
}
