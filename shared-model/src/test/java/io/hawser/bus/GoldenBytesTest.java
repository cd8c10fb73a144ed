package io.hawser.bus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.HawserMessage;
import io.hawser.model.Wire;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds the wire form to the bytes in {@code wire-golden.txt}: number, record and bytes of its
 * example in each line, or number and {@code retired} for a record that is gone and whose number
 * nobody may have again. When a record gets a component, its new bytes go in a further line: the
 * old one stays and must stay readable, as a node of the version before sends it.
 *
 * <p>{@code mvn test -pl shared-model -Dtest=GoldenBytesTest -Dhawser.golden.write=true} adds the
 * lines that are missing; the next run reads them. It never changes one: after renaming a
 * component, which alters its example, replace its lines by hand.
 */
class GoldenBytesTest {
  private static final Path FILE = Path.of("src/test/resources/io/hawser/bus/wire-golden.txt");
  private static final String RETIRED = "retired";

  private record Line(int number, String name, String hex) {
    static Line parse(String text) {
      List<String> parts = List.of(text.split(" ", 3));
      return new Line(
          Integer.parseInt(parts.get(0)), parts.get(1), parts.size() < 3 ? "" : parts.get(2));
    }

    @Override
    public String toString() {
      return (number + " " + name + " " + hex).strip();
    }
  }

  private final WireFormat format = new WireFormat(List.of());
  private final Map<Integer, Class<?>> types = new TreeMap<>();
  private List<Line> golden = List.of();

  @BeforeEach
  void read() throws IOException {
    for (Class<?> type : Examples.types()) {
      Wire wire = type.getAnnotation(Wire.class);
      if (wire != null) {
        types.put(wire.value(), type);
      }
    }
    List<String> lines = Files.exists(FILE) ? Files.readAllLines(FILE) : List.of();
    golden = lines.stream().filter(l -> !l.isBlank()).map(Line::parse).toList();
    if (Boolean.getBoolean("hawser.golden.write")) {
      write();
    }
  }

  @Test
  void every_record_that_crosses_the_wire_has_a_number_of_its_own() {
    assertThat(Examples.types())
        .isNotEmpty()
        .allSatisfy(type -> assertThat(type.getAnnotation(Wire.class)).as("%s", type).isNotNull());
    assertThat(types).hasSameSizeAs(Examples.types());
    assertThat(types.keySet()).allSatisfy(n -> assertThat(n).isBetween(1, 9_999));
  }

  @Test
  void each_record_is_written_as_in_the_last_of_its_golden_lines() {
    Map<Integer, String> last = new LinkedHashMap<>();
    golden.forEach(line -> last.put(line.number(), line.toString()));

    types.forEach(
        (number, type) -> assertThat(last.get(number)).isEqualTo(line(number, type).toString()));
  }

  @Test
  void no_number_of_the_golden_file_is_gone_or_means_another_record() {
    assertThat(golden)
        .allSatisfy(
            line -> {
              if (line.name().equals(RETIRED)) {
                assertThat(types).doesNotContainKey(line.number());
              } else {
                assertThat(types).containsKey(line.number());
                assertThat(line.name()).isEqualTo(name(requireNonNull(types.get(line.number()))));
              }
            });
  }

  @Test
  void every_golden_line_is_read_as_the_example_but_for_later_components() {
    for (Line line : golden) {
      Class<?> type = types.get(line.number());
      if (type != null && !line.name().equals(RETIRED)) {
        assertReadAs(
            Examples.of(type), decode(type, Buffer.buffer(HexFormat.of().parseHex(line.hex()))));
      }
    }
  }

  private void assertReadAs(Record example, Object read) {
    assertThat(read).hasSameClassAs(example);
    for (RecordComponent component : example.getClass().getRecordComponents()) {
      Object value = get(component, read);
      if (!differsOnlyLater(get(component, example), value)) {
        Object missing = FieldCodec.of(component.getGenericType(), format).missing();
        assertThat(value).as("%s", component).isEqualTo(missing);
      }
    }
  }

  /**
   * Whether a value is as in the example, or would be if the records within it had no later
   * components.
   */
  private boolean differsOnlyLater(Object example, Object read) {
    if (example instanceof Record record && !read.equals(example)) {
      assertReadAs(record, read);
      return true;
    }
    if (example instanceof List<?> list && read instanceof List<?> items && !items.isEmpty()) {
      assertThat(items).hasSameSizeAs(list);
      return IntStream.range(0, list.size())
          .allMatch(i -> differsOnlyLater(list.get(i), items.get(i)));
    }
    if (example instanceof Optional<?> some
        && read instanceof Optional<?> other
        && other.isPresent()) {
      return differsOnlyLater(some.orElseThrow(), other.get());
    }
    return read.equals(example);
  }

  private static Object get(RecordComponent component, Object record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private Line line(int number, Class<?> type) {
    Record example = Examples.of(type);
    Buffer out = Buffer.buffer();
    if (example instanceof HawserMessage message) {
      out = format.encode(message);
    } else {
      format.writeFields(out, example);
    }
    return new Line(number, name(type), HexFormat.of().formatHex(out.getBytes()));
  }

  private Object decode(Class<?> type, Buffer bytes) {
    return HawserMessage.class.isAssignableFrom(type)
        ? format.decode(bytes)
        : format.readFields(new WireReader(bytes, 0, bytes.length()).readStretch(), type);
  }

  private static String name(Class<?> type) {
    return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
  }

  private void write() throws IOException {
    List<String> lines = new ArrayList<>(golden.stream().map(Line::toString).toList());
    types.forEach(
        (number, type) -> {
          String line = line(number, type).toString();
          if (!lines.contains(line)) {
            lines.add(line);
          }
        });
    Files.writeString(FILE, String.join("\n", lines) + "\n");
  }
}
