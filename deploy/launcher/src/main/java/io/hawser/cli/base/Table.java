package io.hawser.cli.base;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A table in plain columns, as wide as their longest value. Columns without any value are left out.
 */
public final class Table {
  /** The longest value shown in full, in characters. */
  private static final int WIDEST = 60;

  private record Column(String title, UnaryOperator<String> paint, List<String> paths) {}

  private final List<Column> columns = new ArrayList<>();
  private int widest = WIDEST;
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a column that shows the first of the fields that is there. */
  public Table column(String title, String... paths) {
    columns.add(new Column(title, s -> s, List.of(paths)));
    return this;
  }

  /** As {@link #column}, painted: the paint must not change how many characters are seen. */
  public Table painted(String title, UnaryOperator<String> paint, String... paths) {
    columns.add(new Column(title, paint, List.of(paths)));
    return this;
  }

  /** From now on no cell is cut, however long it is. */
  public Table whole() {
    widest = Integer.MAX_VALUE;
    return this;
  }

  public Table rows(List<JsonObject> objects) {
    for (JsonObject object : objects) {
      rows.add(
          columns.stream()
              .map(c -> shorten(Fields.text(object, c.paths().toArray(String[]::new))))
              .toList());
    }
    return this;
  }

  /** Prints the table, or the sentence when it has no rows. */
  public void print(Terminal terminal, String whenEmpty) {
    if (rows.isEmpty()) {
      terminal.line(whenEmpty);
      return;
    }
    int[] shown =
        IntStream.range(0, columns.size())
            .filter(i -> rows.stream().anyMatch(row -> !row.get(i).isEmpty()))
            .toArray();
    terminal.line(terminal.bold(row(shown, columns.stream().map(Column::title).toList(), false)));
    for (List<String> row : rows) {
      terminal.line(row(shown, row, true));
    }
  }

  private String row(int[] shown, List<String> cells, boolean painted) {
    StringBuilder line = new StringBuilder();
    for (int i : shown) {
      String cell = cells.get(i);
      line.append(painted ? columns.get(i).paint().apply(cell) : cell);
      line.repeat(' ', width(i) - cell.length() + 2);
    }
    return line.toString().stripTrailing();
  }

  private int width(int column) {
    int widest = columns.get(column).title().length();
    for (List<String> row : rows) {
      widest = Math.max(widest, row.get(column).length());
    }
    return widest;
  }

  private String shorten(String text) {
    String oneLine = text.replace('\n', ' ');
    return oneLine.length() <= widest ? oneLine : oneLine.substring(0, widest - 1) + "…";
  }
}
