package io.hawser.bus.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.Stamp;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogViewsTest {
  private final CatalogViews views = new CatalogViews();
  private long hlc = 1_000;

  private static FacetKey key(String id) {
    return FacetKey.of(Kind.REGISTRATION, new InstanceKey("echo", id));
  }

  private void put(FacetKey key, Optional<Facet> value) {
    views.apply(new Entry(key, value, new Stamp(hlc++, new NodeId("n"))));
  }

  private void register(String id) {
    put(
        key(id),
        Optional.of(
            new Registration(
                "h", 1, "one", 1, "z", List.of(), Map.of(), Role.ACTIVE, 0, List.of(), 0)));
  }

  @Test
  void a_view_is_made_once_after_a_change() {
    register("b");
    register("a");
    CatalogViews.Numbered view = views.service("echo");

    assertThat(view.view().instances()).extracting(i -> i.key().id()).containsExactly("a", "b");
    assertThat(views.service("echo")).isSameAs(view);
    register("c");
    assertThat(views.service("echo").view().instances()).hasSize(3);
    assertThat(views.number("echo")).isGreaterThan(view.number());
  }

  /** The number is of this node's applying, not of the stamp. */
  @Test
  void a_late_change_with_an_old_stamp_moves_the_number() {
    register("a");
    long before = views.number("echo");
    hlc = 1;
    put(
        FacetKey.of(Kind.MAINTENANCE, new InstanceKey("echo", "a")),
        Optional.of(new Facet.Maintenance("disk", "ann", 5)));

    assertThat(views.number("echo")).isGreaterThan(before);
    assertThat(views.service("echo").view().instances().getFirst().maintenance()).isPresent();
  }

  @Test
  void what_is_not_of_an_instance_moves_no_number() {
    register("a");
    long before = views.number("echo");
    put(new FacetKey(Kind.POLICY, "echo", ""), Optional.of(new Facet.Policy(Optional.empty(), 1)));

    assertThat(views.number("echo")).isEqualTo(before);
    assertThat(views.all(Kind.POLICY, Facet.Policy.class)).hasSize(1);
  }

  @Test
  void a_service_that_is_forgotten_never_has_an_earlier_number_again() {
    register("a");
    put(key("a"), Optional.empty());
    long last = views.number("echo");
    assertThat(views.services()).isEmpty();
    views.forget(key("a"));

    assertThat(views.size()).isZero();
    assertThat(views.number("echo")).isEqualTo(last);
    assertThat(views.number("nobody")).isEqualTo(last);
    register("a");
    assertThat(views.number("echo")).isGreaterThan(last);
  }

  @Test
  void what_is_written_again_as_it_was_wakes_nobody() {
    register("a");
    long number = views.number("echo");
    long changes = views.changes();
    register("a");

    assertThat(views.number("echo")).isEqualTo(number);
    // It is newer, and to be kept on disk.
    assertThat(views.changes()).isGreaterThan(changes);
  }

  @Test
  void many_instances_of_one_service_are_written_in_time_that_grows_with_their_number() {
    for (int i = 0; i < 50_000; i++) {
      register("i" + i);
    }

    assertThat(views.service("echo").view().instances()).hasSize(50_000);
  }
}
