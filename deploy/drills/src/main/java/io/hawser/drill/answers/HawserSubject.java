package io.hawser.drill.answers;

import io.hawser.cli.base.Fields;
import io.hawser.drill.kv.Condition;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult;
import io.hawser.drill.kv.Patience;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Hawser: a version is an ETag, a condition {@code If-Match} or {@code If-None-Match: *}. What is
 * refused because there is no such key (404) and because it is another version (412) is the same.
 */
public final class HawserSubject implements Subject {
  private static final String NEVER = "\"0\"";

  private final KvClient client;
  private final Map<String, String> versions = new HashMap<>();

  public HawserSubject(List<InetSocketAddress> nodes, String name) {
    client = new KvClient(nodes, 0, name, Patience.USUAL);
  }

  @Override
  public String answer(Step step) {
    return switch (step) {
      case Step.Get(String key) -> get(key);
      case Step.Put(String key, String value) -> word(client.put(key, value, Condition.NONE));
      case Step.Create(String key, String value) -> word(client.put(key, value, Condition.ABSENT));
      case Step.Swap(String key, String value) -> word(client.put(key, value, same(key)));
      case Step.Delete(String key) -> {
        KvResult result = client.delete(key, Condition.NONE);
        yield result.how() == KvResult.How.REFUSED ? ABSENT : word(result);
      }
      case Step.DeleteIfSame(String key) -> word(client.delete(key, same(key)));
      case Step.Keys(String prefix, int limit) -> keys(prefix, limit);
    };
  }

  private String get(String key) {
    KvResult result = client.get(key);
    versions.put(key, result.version());
    return switch (result.how()) {
      case DONE -> "value " + result.value();
      case REFUSED -> ABSENT;
      case NOT_APPLIED, UNKNOWN -> word(result);
    };
  }

  private Condition same(String key) {
    String seen = versions.getOrDefault(key, "");
    return new Condition.Version(seen.isEmpty() ? NEVER : seen);
  }

  private static String word(KvResult result) {
    return switch (result.how()) {
      case DONE -> DONE;
      case REFUSED -> REFUSED;
      case NOT_APPLIED, UNKNOWN -> result.how() + " " + result.status();
    };
  }

  private String keys(String prefix, int limit) {
    KvResult list = client.list(prefix, limit);
    return Fields.items(Fields.parse(list.value()), "items").stream()
        .map(item -> Fields.text(item, "key"))
        .collect(Collectors.joining(" ", "keys ", ""));
  }

  @Override
  public void close() {
    client.close();
  }
}
