package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Epoch;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.FacetKey.Kind;
import io.hawser.model.InstanceKey;
import io.hawser.model.RoleTerm;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.testing.Await;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A service of which at most one instance is active, at a gateway that loses the store. */
class ExclusiveApiTest {
  private static final String LIST = "/services/shop/instances";
  private static final String TERM = "Hawser-Term-Ms";

  private final TestApi api = new TestApi();

  @BeforeEach
  void start() {
    api.instance("shop", "s1", Health.UP);
    api.instance("shop", "s2", Health.UP);
    api.instance("other", "o1", Health.UP);
    Reply unused = api.put("/services/shop/policy", "{\"exclusive\":true}");
    api.write(
        FacetKey.of(Kind.ROLE, new InstanceKey("shop", "s2")),
        new RoleRecord(Role.ACTIVE, new Epoch(7), "", ""));
    api.write(
        FacetKey.of(Kind.ROLE, new InstanceKey("shop", "s1")),
        new RoleRecord(Role.STANDBY, new Epoch(6), "", ""));
    Await.until(
        "the role is confirmed", () -> api.get(LIST + "/s2").json().getBoolean("roleConfirmed"));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void loseTheStore() {
    api.storage()
        .fault((node, request) -> FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));
    api.time().advanceMs(RoleTerm.MS);
  }

  private static List<Object> ids(Reply reply) {
    return reply.array().stream().map(i -> (Object) ((JsonObject) i).getString("id")).toList();
  }

  @Test
  void the_active_one_alone_takes_traffic_and_the_wish_to_be_active_counts_for_nothing() {
    assertThat(ids(api.get(LIST))).containsExactly("s2");
    assertThat(api.post("/services/shop/pick", "").json().getString("id")).isEqualTo("s2");
    JsonObject wishes = api.get(LIST + "/s1").json();
    assertThat(wishes.getString("role")).isEqualTo("standby");
    assertThat(wishes.getBoolean("routable")).isFalse();
    assertThat(wishes.getBoolean("exclusive")).isTrue();
    assertThat(api.get("/services/other/instances/o1").json().containsKey("exclusive")).isFalse();
    JsonObject shop =
        api.get("/services").array().stream()
            .map(s -> (JsonObject) s)
            .filter(s -> s.getString("service").equals("shop"))
            .findFirst()
            .orElseThrow();
    assertThat(shop.getInteger("routable")).isEqualTo(1);
    assertThat(shop.getBoolean("roleConfirmed")).isTrue();
  }

  @Test
  void nobody_takes_traffic_once_the_store_has_not_confirmed_the_role_for_a_term() {
    loseTheStore();
    assertThat(ids(api.get(LIST))).isEmpty();
    Reply pick = api.post("/services/shop/pick", "");
    assertThat(pick.status()).isEqualTo(503);
    assertThat(pick.code()).isEqualTo("role-unconfirmed");
    JsonObject active = api.get(LIST + "/s2").json();
    assertThat(active.getBoolean("roleConfirmed")).isFalse();
    assertThat(active.getBoolean("routable")).isFalse();
    assertThat(ids(api.get("/services/other/instances"))).containsExactly("o1");
    assertThat(api.post("/services/other/pick", "").status()).isEqualTo(200);

    api.storage().heal();
    Await.until("it is confirmed again", () -> api.post("/services/shop/pick", "").status() == 200);
  }

  @Test
  void beats_tell_for_how_long_the_role_stands() {
    Reply active = api.put(LIST + "/s2/heartbeat", "{}");
    assertThat(active.status()).isEqualTo(204);
    assertThat(active.header(TERM)).isEqualTo("3000");
    assertThat(active.header("Hawser-Role-Epoch")).isEqualTo("7");
    assertThat(api.put(LIST + "/s1/heartbeat", "{}").header(TERM)).isEqualTo("0");
    assertThat(api.put("/services/other/instances/o1/heartbeat", "{}").header(TERM)).isEmpty();
    String beats =
        """
        [{"service":"shop","id":"s1"},{"service":"shop","id":"s2"},{"service":"other","id":"o1"}]
        """;
    assertThat(api.post("/heartbeats", beats).json().getJsonArray("terms").encode())
        .isEqualTo(
            "[{\"service\":\"shop\",\"id\":\"s1\",\"termMs\":0},"
                + "{\"service\":\"shop\",\"id\":\"s2\",\"termMs\":3000,\"epoch\":7}]");
    loseTheStore();
    // After such a jump of the clock no beat counts as delivered before the registry has answered.
    AtomicReference<Reply> last = new AtomicReference<>(active);
    Await.until(
        "the registry is heard again",
        () -> {
          last.set(api.put(LIST + "/s2/heartbeat", "{}"));
          return last.get().status() == 204;
        });
    assertThat(last.get().header(TERM)).isEqualTo("0");
  }
}
