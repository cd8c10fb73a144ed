package io.hawser.gateway.storage;

import io.hawser.bus.client.storage.StorageClient;
import io.hawser.model.StorageKeys;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** The data groups that keys are in, and the revisions of several of them as one index. */
final class KeyGroups {
  private static final String INDEX = "[0-9]{1,16}(\\.[0-9]{1,16})*";
  private static final int MAX_INDEX = 1_024;

  private KeyGroups() {}

  /** The group of a key. */
  static Future<String> of(StorageClient client, String key) {
    return count(client).map(count -> StorageKeys.group(key, count));
  }

  /** The groups that keys with a prefix may be in. */
  static Future<List<String>> ofPrefix(StorageClient client, String prefix) {
    return count(client)
        .map(
            count ->
                StorageKeys.groupOfPrefix(prefix, count)
                    .map(List::of)
                    .orElseGet(
                        () -> IntStream.range(0, count).mapToObj(StorageKeys::dataGroup).toList()));
  }

  private static Future<Integer> count(StorageClient client) {
    return client.dataGroups().map(o -> Refusals.value("the look-up of the groups", o));
  }

  static String index(long[] revisions) {
    return LongStream.of(revisions).mapToObj(Long::toString).collect(Collectors.joining("."));
  }

  static Optional<String> indexFault(String text) {
    return text.length() <= MAX_INDEX && text.matches(INDEX)
        ? Optional.empty()
        : Optional.of("must be the X-Hawser-Index of an earlier answer");
  }

  /** The revisions that an index stands for; empty when it is not of as many groups. */
  static Optional<long[]> revisions(String index, int groups) {
    long[] revisions = Arrays.stream(index.split("\\.", -1)).mapToLong(Long::parseLong).toArray();
    return revisions.length == groups ? Optional.of(revisions) : Optional.empty();
  }
}
