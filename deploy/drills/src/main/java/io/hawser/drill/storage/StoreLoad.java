package io.hawser.drill.storage;

import io.hawser.drill.audit.Counted;
import io.hawser.drill.audit.Fencing;
import io.hawser.drill.audit.LostWrites;
import io.hawser.drill.audit.WatchLog;
import io.hawser.drill.audit.WatchLog.Change;
import io.hawser.drill.kv.Clients;
import io.hawser.drill.kv.Condition;
import io.hawser.drill.kv.CounterTask;
import io.hawser.drill.kv.KvClient;
import io.hawser.drill.kv.KvResult;
import io.hawser.drill.kv.KvResult.How;
import io.hawser.drill.kv.KvWatcher;
import io.hawser.drill.kv.LockTask;
import io.hawser.drill.kv.Patience;
import io.hawser.drill.kv.RegisterTask;
import io.hawser.drill.kv.Stopwatch;
import io.hawser.drill.kv.Task;
import io.hawser.drill.kv.UniqueTask;
import io.hawser.drill.linear.History;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** The clients of one round, and what they noted. Its keys are the round's own. */
final class StoreLoad {
  private static final int REGISTER_CLIENTS = 8;
  private static final int REGISTERS = 24;
  private static final int UNIQUE_CLIENTS = 4;
  private static final int COUNTER_CLIENTS = 2;
  private static final int LOCK_CLIENTS = 3;
  private static final Duration PAUSE = Duration.ofMillis(8);

  private final List<InetSocketAddress> nodes;
  private final String round;
  private final Stopwatch watch = new Stopwatch();
  private final Random dice;
  private int number;
  private long fromRevision;
  private long toRevision;

  final History history = new History();
  final LostWrites unique = new LostWrites();
  final WatchLog watched = new WatchLog();
  final Counted counted = new Counted();
  final Fencing fencing = new Fencing();

  /**
   * @param round that no other load of the run has
   */
  StoreLoad(List<InetSocketAddress> nodes, String round, long seed) {
    this.nodes = nodes;
    this.round = round;
    this.dice = new Random(seed);
  }

  Clients start() {
    List<Task> tasks = new ArrayList<>();
    List<String> keys =
        IntStream.range(0, REGISTERS).mapToObj(i -> prefix() + "register/" + i).toList();
    for (int i = 0; i < REGISTER_CLIENTS; i++) {
      Random own = new Random(dice.nextLong());
      tasks.add(new RegisterTask(number, client(), keys, history, watch, own));
    }
    for (int i = 0; i < UNIQUE_CLIENTS; i++) {
      tasks.add(new UniqueTask(client(), uniquePrefix() + i + "-", unique, watched));
    }
    for (int i = 0; i < COUNTER_CLIENTS; i++) {
      tasks.add(new CounterTask(client(), counter(), counted));
    }
    for (int i = 0; i < LOCK_CLIENTS; i++) {
      Random own = new Random(dice.nextLong());
      tasks.add(new LockTask(client(), "drill-" + round, "holder-" + i, fencing, watch, own));
    }
    return Clients.start(tasks, PAUSE);
  }

  private KvClient client() {
    number++;
    return new KvClient(nodes, number, "drill-" + round + "-" + number, Patience.USUAL);
  }

  private String prefix() {
    return "drill/" + round + "/";
  }

  /** What the names of the unique keys begin with. */
  String uniquePrefix() {
    return prefix() + "unique/";
  }

  /** Watchers of the unique keys, one for each node, that were told nothing yet. */
  List<KvWatcher> watch() {
    try (KvClient client = client()) {
      fromRevision = write(client, "begin").revision();
    }
    return IntStream.range(0, nodes.size())
        .mapToObj(
            i -> KvWatcher.start(nodes, i, uniquePrefix(), watched, Long.toString(fromRevision)))
        .toList();
  }

  /**
   * Writes the last of the unique keys.
   *
   * @return what every watcher has to be told in the end
   */
  Change end() {
    try (KvClient client = client()) {
      Change last = write(client, "end");
      toRevision = last.revision();
      return last;
    }
  }

  private Change write(KvClient client, String name) {
    String key = uniquePrefix() + name;
    unique.sent(key, name);
    KvResult result = client.put(key, name, Condition.NONE);
    if (result.how() == How.DONE) {
      unique.acknowledged(key);
    }
    return new Change(result.revision(), key, name);
  }

  /** What is wrong with what watchers were told: a line for each thing. */
  List<String> watchedWrong() {
    return watched.wrong(fromRevision, toRevision);
  }

  String counter() {
    return prefix() + "counter";
  }
}
