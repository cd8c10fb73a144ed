package io.hawser.drill.kv;

import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.linear.Call;
import io.hawser.drill.linear.History;
import io.hawser.drill.linear.Op;
import io.hawser.drill.linear.Op.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Reads, writes, swaps, creates and deletes some registers that other clients use as well. Each
 * value is written once, so that a version stands for a value. Not thread-safe.
 */
public final class RegisterTask implements Task {
  private record Seen(String value, String version) {}

  private final int number;
  private final KvClient client;
  private final List<String> keys;
  private final Random dice;
  private final History history;
  private final Stopwatch watch;
  private final Map<String, Seen> seen = new HashMap<>();
  private int count;

  /**
   * @param number that no other client of the run has
   */
  public RegisterTask(
      int number,
      KvClient client,
      List<String> keys,
      History history,
      Stopwatch watch,
      Random dice) {
    this.number = number;
    this.client = client;
    this.keys = List.copyOf(keys);
    this.history = history;
    this.watch = watch;
    this.dice = dice;
  }

  @Override
  public void once() {
    String key = keys.get(dice.nextInt(keys.size()));
    Seen last = seen.get(key);
    int which = dice.nextInt(20);
    if (which < 9 || (which < 15 && last == null)) {
      read(key);
    } else if (which < 14) {
      write(key, new Call.CompareAndSet(value(last), next()));
    } else if (which < 15) {
      write(key, new Call.CompareAndSet(value(last), Call.ABSENT));
    } else if (which < 16) {
      write(key, new Call.CompareAndSet(Call.ABSENT, next()));
    } else if (which < 19) {
      write(key, new Call.Put(next()));
    } else {
      write(key, new Call.Delete());
    }
  }

  private static String value(@Nullable Seen last) {
    return last == null ? Call.ABSENT : last.value();
  }

  private String next() {
    return "c" + number + "-" + ++count;
  }

  private void read(String key) {
    long startNs = watch.nowNs();
    KvResult result = client.get(key);
    long endNs = watch.nowNs();
    if (result.how() == How.DONE || result.how() == How.REFUSED) {
      note(key, result.value(), result.version());
      history.add(
          new Op(number, key, new Call.Get(), Outcome.DONE, result.value(), startNs, endNs));
    }
  }

  private void write(String key, Call call) {
    long startNs = watch.nowNs();
    KvResult result = send(key, call);
    long endNs = watch.nowNs();
    switch (result.how()) {
      case DONE -> {
        note(key, written(call), result.version());
        history.add(new Op(number, key, call, Outcome.DONE, Call.ABSENT, startNs, endNs));
      }
      case REFUSED -> {
        seen.remove(key);
        history.add(new Op(number, key, call, Outcome.REFUSED, Call.ABSENT, startNs, endNs));
      }
      case UNKNOWN -> {
        seen.remove(key);
        history.add(new Op(number, key, call, Outcome.UNKNOWN, Call.ABSENT, startNs, endNs));
      }
      case NOT_APPLIED -> seen.remove(key);
    }
  }

  private KvResult send(String key, Call call) {
    return switch (call) {
      case Call.Put(String value) -> client.put(key, value, Condition.NONE);
      case Call.Delete d -> client.delete(key, Condition.NONE);
      case Call.CompareAndSet cas when cas.value().equals(Call.ABSENT) ->
          client.delete(key, condition(key, cas));
      case Call.CompareAndSet cas -> client.put(key, cas.value(), condition(key, cas));
      case Call.Get g -> throw new IllegalArgumentException("a read is no write");
    };
  }

  private Condition condition(String key, Call.CompareAndSet cas) {
    Seen last = seen.get(key);
    return cas.expected().equals(Call.ABSENT) || last == null
        ? Condition.ABSENT
        : new Condition.Version(last.version());
  }

  private static String written(Call call) {
    return switch (call) {
      case Call.Put(String value) -> value;
      case Call.CompareAndSet cas -> cas.value();
      case Call.Delete d -> Call.ABSENT;
      case Call.Get g -> Call.ABSENT;
    };
  }

  private void note(String key, String value, String version) {
    if (value.equals(Call.ABSENT) || version.isEmpty()) {
      seen.remove(key);
    } else {
      seen.put(key, new Seen(value, version));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
