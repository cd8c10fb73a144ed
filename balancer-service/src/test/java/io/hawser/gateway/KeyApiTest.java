package io.hawser.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageMessage.NoRoom;
import io.hawser.model.StorageMessage.Overloaded;
import io.hawser.model.StorageMessage.Unavailable;
import io.hawser.model.StorageMessage.Write;
import io.hawser.testing.Await;
import io.hawser.testing.storage.FakeStorage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys over HTTP, against a store in memory. Over 300 lines, one request and its answer each. */
class KeyApiTest {
  private static final String KV = TestApi.API + "/kv/";

  private final TestApi api = new TestApi();

  @AfterEach
  void stop() {
    api.close();
  }

  private Reply put(String path, Map<String, String> headers, String value) {
    return api.send("PUT", KV + path, headers, value);
  }

  @Test
  void what_was_written_is_read_with_its_etag() {
    Reply written = api.put("/kv/a", "hi");
    assertThat(written.status()).isEqualTo(201);
    Reply read = api.get("/kv/a");
    assertThat(read.body()).isEqualTo("hi");
    assertThat(read.header("ETag")).isEqualTo(written.header("ETag"));
    assertThat(read.header("X-Hawser-Version")).isEqualTo("1");
    assertThat(read.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(api.put("/kv/a", "ho").status()).isEqualTo(200);
    assertThat(api.get("/kv/a").header("X-Hawser-Version")).isEqualTo("2");
    Reply same =
        api.send("GET", KV + "a", Map.of("If-None-Match", api.get("/kv/a").header("ETag")), "");
    assertThat(same.status()).isEqualTo(304);
    assertThat(api.send("HEAD", KV + "a", Map.of(), "").status()).isEqualTo(200);
  }

  @Test
  void a_value_is_bytes_of_any_kind_and_may_be_empty() {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    Map<String, String> form = Map.of("Content-Type", "application/x-www-form-urlencoded");
    assertThat(api.send("PUT", KV + "b", form, bytes).json().getInteger("bytes")).isEqualTo(256);
    Reply list = api.get("/kv?prefix=b&values=true");
    assertThat(Base64.getDecoder().decode(item(list, 0).getString("value"))).isEqualTo(bytes);
    assertThat(put("empty", Map.of(), "").status()).isEqualTo(201);
    assertThat(api.get("/kv/empty").body()).isEmpty();
  }

  @Test
  void a_value_has_at_most_one_mebibyte() {
    assertThat(put("big", Map.of(), "x".repeat(1 << 20)).status()).isEqualTo(201);
    assertThat(put("big", Map.of(), "x".repeat((1 << 20) + 1)).code()).isEqualTo("body-too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "txn", "a/b/c", "a//b", "a/", "%2F", "a%20b", "a+b", "%C3%A9", "..", "a/../b", "%25"
      })
  void a_key_is_the_rest_of_the_path_decoded_once(String path) {
    assertThat(put(path, Map.of(), "1").status()).isEqualTo(201);
    assertThat(api.send("GET", KV + path, Map.of(), "").body()).isEqualTo("1");
    String key = java.net.URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    assertThat(item(api.get("/kv"), 0).getString("key")).isEqualTo(key);
  }

  @Test
  void a_key_of_many_slashes_is_one() {
    String path = "/".repeat(1_023) + "x";
    assertThat(put(path, Map.of(), "1").status()).isEqualTo(201);
    assertThat(put("/" + path, Map.of(), "1").code()).isEqualTo("bad-key");
  }

  @Test
  void what_is_no_key_is_refused() {
    assertThat(put("", Map.of(), "1").code()).isEqualTo("bad-key");
    assertThat(put("x".repeat(1_025), Map.of(), "1").code()).isEqualTo("bad-key");
    assertThat(put("%C3%A9".repeat(513), Map.of(), "1").code()).isEqualTo("bad-key");
    assertThat(put("%ff", Map.of(), "1").code()).isEqualTo("bad-encoding");
    assertThat(put("\u00e9", Map.of(), "1").code()).isEqualTo("bad-encoding");
    assertThat(put("a%zz", Map.of(), "1").code()).isEqualTo("bad-encoding");
  }

  @Test
  void preconditions_decide_who_wins() {
    Map<String, String> absent = Map.of("If-None-Match", "*");
    String etag = put("a", absent, "1").header("ETag");
    Reply lost = put("a", absent, "2");
    assertThat(lost.status()).isEqualTo(412);
    assertThat(lost.code()).isEqualTo("revision-mismatch");
    assertThat("\"" + lost.json().getLong("revision") + "\"").isEqualTo(etag);
    assertThat(put("a", Map.of("If-Match", etag), "3").status()).isEqualTo(200);
    assertThat(put("a", Map.of("If-Match", etag), "4").status()).isEqualTo(412);
    assertThat(put("a", Map.of("If-Match", "*"), "5").status()).isEqualTo(200);
    assertThat(put("none", Map.of("If-Match", "*"), "5").status()).isEqualTo(412);
    Map<String, String> old = Map.of("If-Match", etag);
    assertThat(api.send("DELETE", KV + "a", old, "").status()).isEqualTo(412);
    assertThat(api.get("/kv/a").body()).isEqualTo("5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "W/\"17\"", "\"a\"", "\"1\", \"2\"", ""})
  void other_etags_than_ours_are_refused(String etag) {
    assertThat(put("a", Map.of("If-Match", etag), "1").code()).isEqualTo("bad-precondition");
    assertThat(put("a", Map.of("If-None-Match", "\"17\""), "1").code())
        .isEqualTo("bad-precondition");
    assertThat(put("a", Map.of("If-None-Match", "*", "If-Match", "*"), "1").code())
        .isEqualTo("bad-precondition");
  }

  @Test
  void a_key_is_deleted_once() {
    assertThat(api.put("/kv/a", "1").status()).isEqualTo(201);
    assertThat(api.delete("/kv/a").status()).isEqualTo(204);
    assertThat(api.delete("/kv/a").code()).isEqualTo("unknown-key");
    Reply gone = api.get("/kv/a");
    assertThat(gone.status()).isEqualTo(404);
    assertThat(gone.header("X-Hawser-Revision")).isEqualTo("2");
  }

  @Test
  void a_request_under_a_key_of_its_own_is_done_once() {
    Map<String, String> id = Map.of("Idempotency-Key", "order-7", "If-None-Match", "*");
    Reply first = put("a", id, "1");
    Reply again = put("a", id, "1");
    assertThat(again.status()).isEqualTo(first.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(put("b", id, "1").status()).isEqualTo(201);
    assertThat(put("a", Map.of("Idempotency-Key", "x".repeat(129)), "1").status()).isEqualTo(400);
  }

  @Test
  void another_request_under_the_same_key_is_not_answered_with_what_the_first_one_did() {
    Map<String, String> id = Map.of("Idempotency-Key", "order-8");
    String etag = put("a", id, "1").header("ETag");
    assertThat(put("a", id, "2").header("ETag")).isNotEqualTo(etag);
    assertThat(api.get("/kv/a").body()).isEqualTo("2");
    // The first one again is the first one still.
    assertThat(put("a", id, "1").header("ETag")).isEqualTo(etag);
    assertThat(api.get("/kv/a").body()).isEqualTo("2");
  }

  @Test
  void a_request_that_was_done_under_a_lease_is_answered_the_same_when_the_lease_is_over() {
    Map<String, String> id = Map.of("Idempotency-Key", "order-9");
    Map<String, String> other = Map.of("Idempotency-Key", "order-10");
    String path = "a?lease=" + lease("l");
    Reply first = put(path, id, "1");
    assertThat(first.status()).isEqualTo(201);
    api.storage().endLease("l");

    Reply again = put(path, id, "1");
    assertThat(again.status()).isEqualTo(201);
    assertThat(again.body()).isEqualTo(first.body());
    assertThat(put(path, Map.of(), "1").code()).isEqualTo("lease-over");
    assertThat(put(path, other, "1").code()).isEqualTo("lease-over");
    assertThat(put(path, other, "1").code()).isEqualTo("lease-over");
  }

  /** Takes a lease. */
  private String lease(String name) {
    JsonObject order = new JsonObject().put("holder", "h").put("ttlMs", 60_000);
    Map<String, String> json = Map.of("Content-Type", "application/json");
    Reply taken = api.send("POST", TestApi.API + "/leases/" + name, json, order.encode());
    return name + ":" + taken.json().getLong("epoch");
  }

  @Test
  void a_transaction_that_was_done_under_a_lease_is_answered_the_same_when_that_is_over() {
    String held = lease("l");
    String body =
        "{\"then\":[{\"key\":\"t\",\"op\":\"put\",\"text\":\"1\",\"lease\":\"" + held + "\"}]}";
    Map<String, String> id = Map.of("Idempotency-Key", "t2", "Content-Type", "application/json");
    Reply first = api.send("POST", TestApi.API + "/kv/txn", id, body);
    assertThat(first.status()).isEqualTo(200);
    api.storage().endLease("l");

    assertThat(api.send("POST", TestApi.API + "/kv/txn", id, body).body()).isEqualTo(first.body());
    Map<String, String> other = Map.of("Idempotency-Key", "t3", "Content-Type", "application/json");
    assertThat(api.send("POST", TestApi.API + "/kv/txn", other, body).code())
        .isEqualTo("lease-over");
  }

  @Test
  void the_longest_key_can_be_written_once_too() {
    String longest = "k".repeat(1_000);
    assertThat(put(longest, Map.of("Idempotency-Key", "i".repeat(128)), "1").status())
        .isEqualTo(201);
  }

  @Test
  void a_lower_fencing_token_than_was_seen_is_refused() {
    assertThat(put("a?fence=leader:7", Map.of(), "1").status()).isEqualTo(201);
    assertThat(put("a?fence=leader:6", Map.of(), "2").code()).isEqualTo("fenced");
    assertThat(api.delete("/kv/a?fence=leader:6").code()).isEqualTo("fenced");
    assertThat(put("a?fence=leader:8", Map.of(), "3").status()).isEqualTo(200);
    assertThat(put("a?fence=hawser/active/shop:7", Map.of(), "4").status()).isEqualTo(200);
    assertThat(put("a?fence=hawser/active/shop:6", Map.of(), "5").code()).isEqualTo("fenced");
  }

  @Test
  void pages_follow_one_another_in_the_order_of_bytes() {
    List<String> keys = List.of("p/", "p/a", "p/b", "p/\u00e9", "p/\uff01", "p/\ud83d\ude00");
    for (String key : List.of("p/\ud83d\ude00", "p/b", "p/", "p/a", "p/\u00e9", "p/\uff01", "q")) {
      String path = java.net.URLEncoder.encode(key, StandardCharsets.UTF_8);
      assertThat(put(path, Map.of(), key).status()).isEqualTo(201);
    }
    List<String> seen = new ArrayList<>();
    Optional<String> after = Optional.of("");
    while (after.isPresent()) {
      String from = java.net.URLEncoder.encode(after.get(), StandardCharsets.UTF_8);
      JsonObject page = api.get("/kv?prefix=p/&limit=2&values=true&after=" + from).json();
      page.getJsonArray("items").forEach(item -> seen.add(((JsonObject) item).getString("key")));
      after = Optional.ofNullable(page.getString("next"));
    }
    assertThat(seen).containsExactlyElementsOf(keys);
  }

  @Test
  void a_page_with_values_ends_before_it_is_too_large() {
    for (int i = 0; i < 6; i++) {
      assertThat(put("big" + i, Map.of(), "x".repeat(1 << 20)).status()).isEqualTo(201);
    }
    JsonObject page = api.get("/kv?values=true").json();
    assertThat(page.getJsonArray("items")).hasSize(4);
    assertThat(page.getString("next")).isEqualTo("big3");
  }

  @Test
  void a_read_waits_for_its_key_and_no_other() {
    Reply none = api.get("/kv/a");
    String index = none.header("X-Hawser-Revision");
    CompletableFuture<Reply> waits =
        CompletableFuture.supplyAsync(() -> api.get("/kv/a?wait=30s&index=" + index));
    assertThat(api.put("/kv/ab", "x").status()).isEqualTo(201);
    assertThat(waits).isNotDone();
    assertThat(api.put("/kv/a", "1").status()).isEqualTo(201);
    assertThat(waits.join().body()).isEqualTo("1");
    // What has changed before is answered at once.
    assertThat(api.get("/kv/a?wait=30s&index=" + index).body()).isEqualTo("1");
    assertThat(api.get("/kv/b?wait=1ms&index=99").status()).isEqualTo(404);
  }

  @Test
  void a_list_waits_for_its_prefix() {
    String index = api.get("/kv?prefix=p").header("X-Hawser-Index");
    CompletableFuture<Reply> waits =
        CompletableFuture.supplyAsync(() -> api.get("/kv?prefix=p&wait=30s&index=" + index));
    assertThat(api.put("/kv/p1", "1").status()).isEqualTo(201);
    assertThat(item(waits.join(), 0).getString("key")).isEqualTo("p1");
    // Of another number of groups: long past.
    assertThat(api.get("/kv?index=1.2&wait=30s").status()).isEqualTo(200);
  }

  @Test
  void a_transaction_writes_all_of_a_branch() {
    String body =
        """
        {"compare":[{"key":"a","condition":"absent"}],
         "then":[{"key":"a","op":"put","text":"1"},{"key":"b","op":"put","value":"aGk="}],
         "else":[{"key":"a","op":"delete"}]}\
        """;
    JsonObject done = api.post("/kv/txn", body).json();
    assertThat(done.getBoolean("succeeded")).isTrue();
    assertThat(done.getJsonArray("keys")).hasSize(2);
    assertThat(api.get("/kv/b").body()).isEqualTo("hi");
    JsonObject other = api.post("/kv/txn", body).json();
    assertThat(other.getBoolean("succeeded")).isFalse();
    assertThat(other.getJsonArray("keys").getJsonObject(0).getBoolean("deleted")).isTrue();
    assertThat(api.get("/kv/a").status()).isEqualTo(404);
    Map<String, String> id = Map.of("Idempotency-Key", "t1");
    String path = TestApi.API + "/kv/txn";
    assertThat(api.send("POST", path, id, body).body())
        .isEqualTo(api.send("POST", path, id, body).body());
  }

  @Test
  void what_the_store_cannot_do_has_a_status_of_its_own() {
    FakeStorage storage = api.storage();
    storage.faultAt(api.node().id(), r -> FakeStorage.refuse(new Overloaded(10)));
    assertThat(api.put("/kv/a", "1").code()).isEqualTo("overloaded");
    storage.faultAt(
        api.node().id(),
        r -> r instanceof Write ? FakeStorage.refuse(new NoRoom(9, 10)) : Optional.empty());
    assertThat(api.put("/kv/a", "1").status()).isEqualTo(507);
    assertThat(api.get("/kv/a").status()).isEqualTo(404);
  }

  @Test
  void without_a_quorum_it_says_so_and_stale_reads_go_on() {
    assertThat(api.put("/kv/a", "1").status()).isEqualTo(201);
    api.storage()
        .faultAt(
            api.node().id(),
            r ->
                r.toString().contains("STALE")
                    ? Optional.empty()
                    : FakeStorage.refuse(new Unavailable(Unavailable.NO_QUORUM)));
    CompletableFuture<Reply> write = CompletableFuture.supplyAsync(() -> api.put("/kv/a", "2"));
    CompletableFuture<Reply> read = CompletableFuture.supplyAsync(() -> api.get("/kv/a"));
    Await.until(
        "both are given up",
        () -> {
          // The hands of the clock stand still unless they are turned.
          api.time().advanceMs(20);
          return write.isDone() && read.isDone();
        });
    assertThat(write.join().code()).isEqualTo("no-quorum");
    assertThat(read.join().code()).isEqualTo("no-quorum");
    assertThat(api.get("/kv/a?stale=true").body()).isEqualTo("1");
  }

  private static JsonObject item(Reply reply, int at) {
    JsonArray items = reply.json().getJsonArray("items");
    return items.getJsonObject(at);
  }
}
