package io.hawser.drill.linear;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A register on three replicas with a leader, terms, a majority and read indexes, on simulated time
 * and a simulated network that is cut and healed; as right as Raft but for elections, which an
 * oracle holds. And the same with one mistake in it. One seed, one history.
 */
final class SimulatedRegister {
  /** What is wrong with it. */
  enum Mistake {
    NONE,
    /** A write is answered when the leader alone has it. */
    ACKNOWLEDGED_BEFORE_QUORUM,
    /** A leader answers reads without asking whether it still is one. */
    LEASE_READ_WITHOUT_CHECK,
    /** A write that is sent again is applied again. */
    LOST_DEDUPLICATION,
    /** A leader that was confirmed once is not asked again until something is written. */
    CACHED_READ_INDEX
  }

  /** What a replica answers: done or refused, and the value read. */
  record Answer(Op.Outcome outcome, String seen) {}

  private record Entry(int term, String id, Call call) {}

  private record Event(long at, long number, Runnable what) {}

  private record Read(int round, Consumer<Answer> reply) {}

  /** The outcome of a log up to some entry. */
  private record Applied(String value, Map<String, Answer> answers) {}

  /** One replica. It leads when {@code leads} is its term. */
  private static final class Replica {
    int term;
    int leads = -1;
    List<Entry> log = new ArrayList<>();
    int commit;
    int confirmedCommit = -1;
    int round;
    int side;
    final int[] match = new int[SIZE];
    final Map<String, Consumer<Answer>> writers = new HashMap<>();
    final List<Read> readers = new ArrayList<>();

    boolean leader() {
      return leads == term;
    }
  }

  static final int SIZE = 3;
  private static final int MAJORITY = 2;
  private static final Call NOTHING = new Call.Get();

  private final Mistake mistake;
  private final Random dice;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
  private final List<Replica> replicas = List.of(new Replica(), new Replica(), new Replica());
  private long now;
  private long number;

  SimulatedRegister(Mistake mistake, Random dice) {
    this.mistake = mistake;
    this.dice = dice;
  }

  long now() {
    return now;
  }

  /** Does something after so much simulated time. */
  void after(long delay, Runnable what) {
    events.add(new Event(now + delay, number++, what));
  }

  void run(long until) {
    elect();
    trouble();
    while (!events.isEmpty() && events.peek().at() <= until) {
      Event event = events.remove();
      now = event.at();
      event.what().run();
    }
  }

  /**
   * Cuts one replica off, or heals, again and again; some time after a cut there is an election.
   */
  private void trouble() {
    after(
        20 + dice.nextInt(60),
        () -> {
          int alone = dice.nextInt(SIZE + 1);
          for (int i = 0; i < SIZE; i++) {
            replicas.get(i).side = i == alone ? 1 : 0;
          }
          after(5 + dice.nextInt(15), this::elect);
          trouble();
        });
  }

  private void elect() {
    List<Replica> voters = replicas.stream().filter(r -> r.side == 0).toList();
    if (voters.stream().anyMatch(v -> v.leader() && voters.stream().allMatch(o -> o.term <= v.term))
        && dice.nextInt(4) > 0) {
      return;
    }
    Replica next =
        voters.stream()
            .max(
                Comparator.comparingInt((Replica r) -> r.log.isEmpty() ? 0 : r.log.getLast().term())
                    .thenComparingInt(r -> r.log.size()))
            .orElseThrow();
    int term = voters.stream().mapToInt(r -> r.term).max().orElseThrow() + 1;
    voters.forEach(r -> r.term = term);
    next.leads = term;
    next.confirmedCommit = -1;
    Arrays.fill(next.match, 0);
    append(next, new Entry(term, "nothing-" + term, NOTHING));
  }

  private void append(Replica leader, Entry entry) {
    leader.log.add(entry);
    replicate(leader);
  }

  private void replicate(Replica leader) {
    int from = replicas.indexOf(leader);
    int round = ++leader.round;
    int term = leader.term;
    int commit = leader.commit;
    List<Entry> log = List.copyOf(leader.log);
    leader.match[from] = log.size();
    for (int to = 0; to < SIZE; to++) {
      if (to != from) {
        int follower = to;
        send(from, to, () -> accept(from, follower, new Append(term, log, commit, round)));
      }
    }
  }

  private record Append(int term, List<Entry> log, int commit, int round) {}

  private void accept(int from, int to, Append append) {
    Replica follower = replicas.get(to);
    if (append.term() < follower.term) {
      return;
    }
    boolean news = follower.log.isEmpty() || lastTerm(append.log()) > lastTerm(follower.log);
    follower.term = append.term();
    if (news || append.log().size() >= follower.log.size()) {
      follower.log = new ArrayList<>(append.log());
    }
    follower.commit = Math.min(follower.log.size(), Math.max(follower.commit, append.commit()));
    int size = append.log().size();
    send(to, from, () -> acknowledged(from, to, append, size));
  }

  private static int lastTerm(List<Entry> log) {
    return log.isEmpty() ? 0 : log.getLast().term();
  }

  private void acknowledged(int leaderNumber, int follower, Append append, int size) {
    Replica leader = replicas.get(leaderNumber);
    if (!leader.leader() || leader.term != append.term()) {
      return;
    }
    leader.match[follower] = Math.max(leader.match[follower], size);
    int[] sorted = leader.match.clone();
    Arrays.sort(sorted);
    int agreed = sorted[SIZE - MAJORITY];
    if (agreed > leader.commit && leader.log.get(agreed - 1).term() == leader.term) {
      leader.commit = agreed;
    }
    answerWriters(leader);
    if (ownTermCommitted(leader)) {
      leader.confirmedCommit = leader.commit;
      List<Read> ready =
          leader.readers.stream().filter(read -> read.round() <= append.round()).toList();
      leader.readers.removeAll(ready);
      ready.forEach(read -> read.reply().accept(read(leader)));
    }
  }

  private static boolean ownTermCommitted(Replica leader) {
    return leader.commit > 0 && leader.log.get(leader.commit - 1).term() == leader.term;
  }

  private void answerWriters(Replica leader) {
    applied(leader)
        .answers()
        .forEach(
            (id, answer) -> {
              Consumer<Answer> writer = leader.writers.remove(id);
              if (writer != null) {
                writer.accept(answer);
              }
            });
  }

  private Answer read(Replica replica) {
    return new Answer(Op.Outcome.DONE, applied(replica).value());
  }

  private Applied applied(Replica replica) {
    String value = Call.ABSENT;
    Map<String, Answer> answers = new HashMap<>();
    for (Entry entry : replica.log.subList(0, replica.commit)) {
      boolean again = answers.containsKey(entry.id()) && mistake != Mistake.LOST_DEDUPLICATION;
      if (!again && !(entry.call() instanceof Call.Get)) {
        boolean holds =
            !(entry.call() instanceof Call.CompareAndSet cas) || cas.expected().equals(value);
        value = holds ? written(entry.call()) : value;
        answers.put(
            entry.id(), new Answer(holds ? Op.Outcome.DONE : Op.Outcome.REFUSED, Call.ABSENT));
      }
    }
    return new Applied(value, answers);
  }

  private static String written(Call call) {
    return switch (call) {
      case Call.Put(String value) -> value;
      case Call.CompareAndSet(String expected, String value) -> value;
      case Call.Delete d -> Call.ABSENT;
      case Call.Get g -> throw new IllegalArgumentException("a read writes nothing");
    };
  }

  /** A request of a client, who can reach every replica; the reply may get lost. */
  void ask(String id, Call call, Consumer<Answer> reply) {
    List<Replica> leaders = replicas.stream().filter(Replica::leader).toList();
    if (leaders.isEmpty()) {
      return;
    }
    Replica leader = leaders.get(dice.nextInt(leaders.size()));
    Consumer<Answer> back =
        answer -> {
          if (dice.nextInt(12) > 0) {
            after(1 + dice.nextInt(3), () -> reply.accept(answer));
          }
        };
    after(1 + dice.nextInt(3), () -> serve(leader, new Entry(leader.term, id, call), back));
  }

  private void serve(Replica leader, Entry asked, Consumer<Answer> reply) {
    if (!leader.leader()) {
      return;
    }
    if (asked.call() instanceof Call.Get) {
      serveRead(leader, reply);
      return;
    }
    leader.writers.put(asked.id(), reply);
    append(leader, new Entry(leader.term, asked.id(), asked.call()));
    if (mistake == Mistake.ACKNOWLEDGED_BEFORE_QUORUM) {
      leader.commit = leader.log.size();
      answerWriters(leader);
    }
  }

  private void serveRead(Replica leader, Consumer<Answer> reply) {
    boolean cached =
        mistake == Mistake.CACHED_READ_INDEX && leader.confirmedCommit == leader.commit;
    if (mistake == Mistake.LEASE_READ_WITHOUT_CHECK || cached) {
      reply.accept(read(leader));
      return;
    }
    // Only a round that starts after the read has come shows that the leader still is one.
    leader.readers.add(new Read(leader.round + 1, reply));
    replicate(leader);
  }

  private void send(int from, int to, Runnable what) {
    after(
        1 + dice.nextInt(4),
        () -> {
          if (replicas.get(from).side == replicas.get(to).side) {
            what.run();
          }
        });
  }
}
