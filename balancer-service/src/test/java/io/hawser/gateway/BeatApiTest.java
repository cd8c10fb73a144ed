package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.bus.Addresses;
import io.hawser.model.Entry;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Registration;
import io.hawser.model.Facet.Role;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.model.RegistryMessage.BeatsTaken;
import io.hawser.model.RegistryMessage.Found;
import io.hawser.model.Stamp;
import io.hawser.testing.Await;
import io.hawser.testing.FakeMembers;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a gateway answers to beats that it cannot deliver, or knows too little to judge. */
class BeatApiTest {
  private static final String S1 = "/services/shop/instances/s1";
  private static final String ONE = "{\"incarnation\":\"one\"}";
  private static final String TWO = "{\"incarnation\":\"two\"}";
  private static final FacetKey KEY = FacetKey.of(Kind.REGISTRATION, new InstanceKey("shop", "s1"));
  private static final NodeId OTHER = new NodeId("node-9");

  private final TestApi api = new TestApi();
  private final AtomicInteger questions = new AtomicInteger();

  @AfterEach
  void close() {
    api.close();
  }

  private static Registration registration(String incarnation) {
    return new Registration(
        "127.0.0.1",
        9001,
        incarnation,
        1,
        "default",
        List.of(),
        Map.of(),
        Role.ACTIVE,
        3_000,
        List.of(),
        0);
  }

  /** There is another registry node, which knows the instance otherwise. */
  private void otherRegistry(Optional<Registration> known) {
    api.node().members().join(FakeMembers.node(OTHER.value(), "registry"));
    Await.result(
        api.node()
            .bus()
            .serve(Addresses.BEATS, OTHER, b -> Future.succeededFuture(new BeatsTaken(true))));
    Stamp later = new Stamp((api.time().wallMs() + 10) << 16, OTHER);
    Entry entry = new Entry(KEY, known.map(Facet.class::cast), later);
    Await.result(
        api.node()
            .bus()
            .serve(
                Addresses.LOOK_UP,
                OTHER,
                question -> {
                  questions.incrementAndGet();
                  return Future.succeededFuture(new Found(List.of(entry)));
                }));
  }

  private void advance() {
    var unused = api.time().advanceMs(4_000);
  }

  @Test
  void while_no_registry_node_hears_a_majority_beats_are_passed_on_and_answered_with_503() {
    api.instance("shop", "s1", Health.UP);
    assertThat(api.put(S1 + "/heartbeat", "").status()).isEqualTo(204);
    api.quorate(false);
    Await.until(
        "it is noticed",
        () -> {
          advance();
          return api.put(S1 + "/heartbeat", "").status() == 503;
        });
    Reply reply = api.put(S1 + "/heartbeat", "");
    assertThat(reply.code()).isEqualTo("registry-unreachable");
    int before = api.beats().size();
    assertThat(api.put(S1 + "/heartbeat", "").status()).isEqualTo(503);
    Await.until("it is passed on", () -> api.beats().size() > before);

    api.quorate(true);
    Await.until("the registry is back", () -> api.put(S1 + "/heartbeat", "").status() == 204);
  }

  @Test
  void an_instance_that_was_registered_with_an_incarnation_says_it_in_each_beat() {
    api.write(KEY, registration("one"));

    Reply nameless = api.put(S1 + "/heartbeat", "{\"cpu\":0.5}");
    assertThat(nameless.status()).isEqualTo(400);
    assertThat(nameless.code()).isEqualTo("incarnation-required");
    assertThat(api.put(S1 + "/heartbeat", ONE).status()).isEqualTo(204);
    assertThat(api.put(S1 + "/heartbeat", TWO).status()).isEqualTo(409);
  }

  @Test
  void one_that_another_registry_node_knows_better_is_not_told_to_stop() {
    api.write(KEY, registration("one"));
    otherRegistry(Optional.of(registration("two")));

    assertThat(api.put(S1 + "/heartbeat", TWO).status()).isEqualTo(204);
    Await.until("it is passed on", () -> !api.beats().isEmpty());
    assertThat(api.put(S1 + "/heartbeat", ONE).status()).isEqualTo(409);
    assertThat(api.put(S1 + "/heartbeat", TWO).status()).isEqualTo(204);
    assertThat(questions).hasValue(2);
  }

  @Test
  void one_that_this_node_has_not_heard_of_is_looked_up() {
    otherRegistry(Optional.of(registration("one")));

    assertThat(api.put(S1 + "/heartbeat", ONE).status()).isEqualTo(204);
  }

  @Test
  void one_that_nobody_knows_is_to_register_again() {
    otherRegistry(Optional.empty());
    String many = "[{\"service\":\"shop\",\"id\":\"s1\"},{\"service\":\"shop\",\"id\":\"s2\"}]";

    assertThat(api.put(S1 + "/heartbeat", ONE).status()).isEqualTo(404);
    assertThat(api.post("/heartbeats", many).json().getJsonArray("refused")).hasSize(2);
    assertThat(questions).hasValue(2);
  }

  @Test
  void as_long_as_nobody_else_can_be_asked_none_is_told_to_stop() {
    api.write(KEY, registration("one"));
    api.node().members().join(FakeMembers.node(OTHER.value(), "registry"));

    assertThat(api.put(S1 + "/heartbeat", TWO).status()).isEqualTo(503);
    Await.until(
        "it is passed on",
        () -> api.beats().stream().anyMatch(beat -> beat.incarnation().equals("two")));
  }
}
