package io.hawser.cli.base;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {
  private final StringWriter out = new StringWriter();

  private Terminal terminal(boolean colour) {
    return new Terminal(new PrintWriter(out), new PrintWriter(out), colour, false);
  }

  @Test
  void columns_are_as_wide_as_their_longest_value_and_empty_ones_are_left_out() {
    new Table()
        .column("A", "a")
        .column("NONE", "none")
        .column("B", "missing", "deep.b")
        .rows(
            List.of(
                new JsonObject().put("a", "longer").put("deep", new JsonObject().put("b", 1)),
                new JsonObject()
                    .put("a", "x")
                    .put("deep", new JsonObject().put("b", new JsonArray().add(1).add(2)))))
        .print(terminal(false), "none");
    assertThat(out.toString().lines()).containsExactly("A       B", "longer  1", "x       1,2");
  }

  @Test
  void colours_do_not_shift_the_columns() {
    Terminal terminal = terminal(true);
    new Table()
        .painted("STATE", terminal::state, "s")
        .column("X", "x")
        .rows(List.of(new JsonObject().put("s", "up").put("x", "1")))
        .print(terminal, "none");
    assertThat(out.toString()).contains("\u001b[32mup\u001b[0m     1");
  }

  @Test
  void no_rows_are_told_in_words() {
    new Table().column("A", "a").print(terminal(false), "nothing here");
    assertThat(out.toString().strip()).isEqualTo("nothing here");
  }

  @Test
  void items_are_found_in_a_list_or_under_a_name() {
    assertThat(Fields.items(Fields.parse("[{\"a\":1}]"), "x")).hasSize(1);
    assertThat(Fields.items(Fields.parse("{\"x\":[{\"a\":1},\"n\"]}"), "x")).hasSize(2);
    assertThat(Fields.items(Fields.parse("no json"), "x")).isEmpty();
  }
}
