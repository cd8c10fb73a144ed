package io.hawser.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.hawser.model.Entry;
import io.hawser.model.Event;
import io.hawser.model.Event.NodeJoined;
import io.hawser.model.ExtensionMessage;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Receiver;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.HawserMessage;
import io.hawser.model.NodeId;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.model.Stamp;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What the golden bytes cannot show: how versions that differ read one another, and what a plugin's
 * messages look like.
 */
class WireFormatTest {
  private static final NodeId NODE = new NodeId("node-0");
  private static final int UNKNOWN_NUMBER = 9_999;

  private final WireFormat format = new WireFormat(List.of(Greeting.class));

  record Point(int x, String label) {}

  record LaterPoint(
      int x,
      String label,
      int y,
      long at,
      double weight,
      boolean hidden,
      String note,
      List<String> tags,
      Map<String, String> meta,
      Optional<Point> next) {}

  record NeedsPoint(int x, Point point) {}

  record NeedsKind(int x, Kind kind) {}

  record Empty() {}

  record Greeting(String text, List<Point> points, Map<String, Double> marks, Optional<Kind> kind)
      implements ExtensionMessage {}

  record Stranger(String text) implements ExtensionMessage {}

  @Test
  void components_that_a_newer_writer_added_are_skipped() {
    LaterPoint later =
        new LaterPoint(
            7, "seven", 8, 9, 1.5, true, "n", List.of("t"), Map.of("k", "v"), Optional.empty());

    assertThat(reread(later, Point.class)).isEqualTo(new Point(7, "seven"));
  }

  @Test
  void components_that_an_older_writer_lacks_take_their_defaults() {
    assertThat(reread(new Point(7, "seven"), LaterPoint.class))
        .isEqualTo(
            new LaterPoint(
                7, "seven", 0, 0, 0.0, false, "", List.of(), Map.of(), Optional.empty()));
  }

  @Test
  void a_missing_component_without_a_default_makes_the_message_unreadable() {
    assertThatThrownBy(() -> reread(new Empty(), NeedsPoint.class))
        .isInstanceOf(WireException.class);
    assertThatThrownBy(() -> reread(new Empty(), NeedsKind.class))
        .isInstanceOf(WireException.class);
  }

  @Test
  void a_message_of_an_unknown_number_is_of_an_unknown_type() {
    Buffer bytes = format.encode(new Ack()).setInt(1, UNKNOWN_NUMBER);

    assertUnknownType(bytes);
  }

  @Test
  void an_event_of_an_unknown_kind_is_of_an_unknown_type() {
    Event event = new Event("1", 2, NODE, new NodeJoined("node-1"));

    assertUnknownType(patched(format.encode(event), 94));
  }

  @Test
  void a_message_of_a_later_wire_version_is_of_an_unknown_type() {
    assertUnknownType(format.encode(new Ack()).setByte(0, (byte) 2));
  }

  @Test
  void list_items_of_an_unknown_type_are_left_out() {
    Entry known = entry("a", new Receiver("http://a"));
    Entry unknown = entry("b", new Facet.Maintenance("r", "o", 1));

    Buffer bytes = patched(format.encode(new Delta(NODE, List.of(known, unknown, known))), 103);

    assertThat(format.decode(bytes)).isEqualTo(new Delta(NODE, List.of(known, known)));
  }

  @Test
  void a_message_that_must_be_whole_is_not_read_without_an_item() {
    Entry known = entry("a", new Receiver("http://a"));
    Entry unknown = entry("b", new Facet.Maintenance("r", "o", 1));
    Buffer whole = format.encode(new Delta(NODE, List.of(known, unknown)));
    Buffer bytes = patched(whole.copy(), 103);

    assertThat(format.decodeWhole(whole)).isEqualTo(new Delta(NODE, List.of(known, unknown)));
    assertThatThrownBy(() -> format.decodeWhole(bytes))
        .asInstanceOf(type(WireException.class))
        .matches(WireException::unknownType);
  }

  @Test
  void a_message_that_must_be_whole_has_no_later_components_and_nothing_behind_it() {
    Buffer later = format.encode(new Ack());
    Buffer unused = later.setInt(5, 1).appendByte((byte) 7);
    Buffer behind = format.encode(new Ack()).appendByte((byte) 7);

    assertThat(format.decode(later)).isEqualTo(new Ack());
    assertThatThrownBy(() -> format.decodeWhole(later))
        .asInstanceOf(type(WireException.class))
        .matches(WireException::unknownType);
    assertThatThrownBy(() -> format.decodeWhole(behind)).isInstanceOf(WireException.class);
  }

  @Test
  void a_message_that_must_be_whole_has_no_bytes_behind_an_item_of_a_list() {
    Buffer bytes = format.encode(new Delta(NODE, List.of(entry("a", new Receiver("http://a")))));
    // Version, number, length; node id with a stretch of its own; count; length of the item.
    int message = 5;
    int item = message + 4 + 4 + bytes.getInt(message + 4) + 4;
    Buffer longer =
        bytes
            .copy()
            .setInt(message, bytes.getInt(message) + 1)
            .setInt(item, bytes.getInt(item) + 1)
            .appendByte((byte) 7);

    assertThat(format.decode(longer)).isEqualTo(format.decode(bytes));
    assertThatThrownBy(() -> format.decodeWhole(longer))
        .isInstanceOf(WireException.class)
        .hasMessageContaining("item");
  }

  @Test
  void entries_of_an_unknown_kind_of_register_are_left_out() {
    Buffer bytes = format.encode(new Delta(NODE, List.of(entry("a", new Receiver("http://a")))));
    String text = bytes.toString("ISO-8859-1");

    bytes.setString(text.indexOf("RECEIVER"), "DECEIVER");

    assertThat(format.decode(bytes)).isEqualTo(new Delta(NODE, List.of()));
  }

  @Test
  void a_record_of_another_family_is_refused() {
    Buffer facetAsMessage = Buffer.buffer().appendByte(WireFormat.VERSION).appendInt(112);
    format.writeFields(facetAsMessage, new Receiver("http://a"));
    Event event = new Event("1", 2, NODE, new NodeJoined("node-1"));

    assertRefused(facetAsMessage);
    assertRefused(patched(format.encode(event), 94, 112));
    assertRefused(
        patched(format.encode(new Delta(NODE, List.of(entry("a", new Receiver("u"))))), 112, 95));
  }

  @Test
  void a_record_that_breaks_its_own_rules_is_refused() {
    Buffer bytes = format.encode(new Delta(NODE, List.of()));

    bytes.setByte(bytes.toString("ISO-8859-1").indexOf("node-0"), (byte) '/');

    assertRefused(bytes);
  }

  @Test
  void a_plugins_message_comes_back_equal() {
    Greeting greeting =
        new Greeting(
            "hällo",
            List.of(new Point(1, "a"), new Point(2, "")),
            Map.of("m", 0.25),
            Optional.of(Kind.ROLE));

    assertThat(format.decode(format.encode(greeting))).isEqualTo(greeting);
  }

  @Test
  void a_message_of_a_plugin_that_is_not_here_is_of_an_unknown_type() {
    assertUnknownType(format.encode(new Stranger("hi")));
  }

  @Test
  void equal_maps_have_equal_bytes_whatever_their_order() {
    Greeting one =
        new Greeting("", List.of(), Map.of("a", 1.0, "b", 2.0, "c", 3.0), Optional.empty());
    Greeting two =
        new Greeting("", List.of(), new LinkedHashMap<>(Map.of("c", 3.0)), Optional.empty());
    two.marks().put("b", 2.0);
    two.marks().put("a", 1.0);

    assertThat(format.encode(one).getBytes()).isEqualTo(format.encode(two).getBytes());
  }

  private Object reread(Record written, Class<?> as) {
    Buffer bytes = Buffer.buffer();
    format.writeFields(bytes, written);
    return format.readFields(new WireReader(bytes, 0, bytes.length()).readStretch(), as);
  }

  private static Entry entry(String name, Facet facet) {
    return new Entry(FacetKey.named(Kind.RECEIVER, name), Optional.of(facet), new Stamp(5, NODE));
  }

  private static Buffer patched(Buffer bytes, int number) {
    return patched(bytes, number, UNKNOWN_NUMBER);
  }

  /** The bytes with the one place that holds the record's number changed. */
  private static Buffer patched(Buffer bytes, int number, int replacement) {
    for (int at = 5; at + 4 <= bytes.length(); at++) {
      if (bytes.getInt(at) == number) {
        return bytes.setInt(at, replacement);
      }
    }
    throw new AssertionError("no " + number + " in the message");
  }

  private void assertUnknownType(Buffer bytes) {
    assertThatThrownBy(() -> decode(bytes))
        .asInstanceOf(type(WireException.class))
        .matches(WireException::unknownType);
  }

  private void assertRefused(Buffer bytes) {
    assertThatThrownBy(() -> decode(bytes))
        .asInstanceOf(type(WireException.class))
        .matches(e -> !e.unknownType());
  }

  private HawserMessage decode(Buffer bytes) {
    return format.decode(bytes);
  }
}
