package io.hawser.registry.core;

import io.hawser.catalog.InstanceView;
import io.hawser.model.DetectionMessage.Opinions;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A registry node of a {@link Ward}, which is a gateway too: what the shell does, without a bus.
 */
final class Nurse {
  /** Soon, so that who is called down wrongly is soon gone. */
  private static final long EVICT_AFTER_MS = 5_000;

  final NodeId id;
  final List<Effect.Evict> evictions = new ArrayList<>();
  private final Ward ward;
  private final List<NodeId> all;
  private final Map<InstanceKey, InstanceView> catalog = new HashMap<>();
  private final Map<InstanceKey, Long> stamps = new HashMap<>();
  private final List<Consumer<Nurse>> waiting = new ArrayList<>();
  private List<Rival> rivals = List.of();
  private Set<NodeId> gone = Set.of();
  private Detector detector;
  private int life;
  private boolean up = true;
  private long asleepUntilMs;
  private long wallAheadMs;

  Nurse(Ward ward, NodeId id, List<NodeId> all) {
    this.ward = ward;
    this.id = id;
    this.all = all;
    this.detector = fresh();
    tick();
  }

  private Detector fresh() {
    Detector made = new Detector(id, EVICT_AFTER_MS, key -> true, now());
    made.cluster(Set.copyOf(all), live());
    return made;
  }

  private List<NodeId> live() {
    return all.stream().filter(node -> !gone.contains(node)).toList();
  }

  int index() {
    return ward.index(id);
  }

  private Now now() {
    return new Now(
        ward.startNs + Ward.ns(ward.nowMs()), 1_700_000_000_000L + ward.nowMs() + wallAheadMs);
  }

  List<NodeId> observers(InstanceKey key) {
    var panel = new io.hawser.registry.core.panel.Panel(id);
    panel.cluster(Set.copyOf(all), live());
    return panel.observers(key);
  }

  // ---- what befalls it

  /** Ends it as kill -9 would. */
  void kill() {
    up = false;
    life++;
  }

  /** Starts it again, with the catalog that it had. */
  void restart() {
    up = true;
    detector = fresh();
    catalog.values().forEach(view -> carryOut(detector.watch(view, now())));
    tick();
  }

  /** Its wall clock shows so much more than those of the others. */
  void wallAhead(long ms) {
    wallAheadMs = ms;
  }

  /** It does nothing for a while, and then everything at once. */
  void stall(long ms) {
    asleepUntilMs = Math.max(asleepUntilMs, ward.nowMs() + ms);
  }

  /** The cluster manager sees that these are not there. */
  void sees(Set<NodeId> absent) {
    gone = new TreeSet<>(absent);
    detector.cluster(Set.copyOf(all), live());
    catalog.values().forEach(view -> carryOut(detector.watch(view, now())));
  }

  boolean answers() {
    return up && ward.nowMs() >= asleepUntilMs;
  }

  void whenAwake(Consumer<Nurse> action) {
    if (!up) {
      return;
    }
    if (ward.nowMs() >= asleepUntilMs && waiting.isEmpty()) {
      action.accept(this);
      return;
    }
    waiting.add(action);
    if (waiting.size() == 1) {
      ward.world.after(Math.max(0, asleepUntilMs - ward.nowMs()), "wakes", this::wake);
    }
  }

  private void wake() {
    if (ward.nowMs() < asleepUntilMs) {
      ward.world.after(asleepUntilMs - ward.nowMs(), "wakes", this::wake);
      return;
    }
    List<Consumer<Nurse>> due = List.copyOf(waiting);
    waiting.clear();
    if (up) {
      due.forEach(action -> action.accept(this));
    }
  }

  private void tick() {
    int mine = life;
    // No timer of any machine comes on the millisecond.
    ward.world.after(
        Detector.TICK_MS + ward.random.nextInt(3),
        "tick",
        () -> {
          if (up && life == mine) {
            if (ward.nowMs() < asleepUntilMs) {
              ward.world.after(asleepUntilMs - ward.nowMs(), "tick", this::tickNow);
            } else {
              tickNow();
            }
          }
        });
  }

  /** Has these see what it sees. */
  void rivals(List<Rival> others) {
    rivals = others;
  }

  private void tickNow() {
    if (up) {
      rivals.forEach(Rival::tick);
      carryOut(detector.tick(now()));
      tick();
    }
  }

  // ---- what it hears

  void beat(InstanceKey key, String incarnation, NodeId relay) {
    rivals.forEach(rival -> rival.beat(key));
    detector.relay(relay, false, now());
    carryOut(detector.beat(key, incarnation, Optional.of(relay), now()));
  }

  void relay(NodeId relay) {
    detector.relay(relay, true, now());
  }

  void complaint(InstanceKey key) {
    carryOut(detector.complaint(id, key, "one", "connection refused", now()));
  }

  void learn(InstanceView view) {
    catalog.put(view.key(), view);
    detector.instances(catalog.size());
    carryOut(detector.watch(view, now()));
  }

  void learn(InstanceKey key, Verdict verdict, long stamp) {
    if (stamps.getOrDefault(key, 0L) >= stamp) {
      return;
    }
    Long unused = stamps.put(key, stamp);
    InstanceView old = view(key);
    detector.judged(key, Optional.of(verdict.health()), now());
    learn(
        new InstanceView(
            key, old.registration(), Optional.of(verdict), Optional.empty(), Optional.empty()));
  }

  /** What an exchange of digests does after a partition: tells the others what they lack. */
  void synchronize() {
    for (InstanceView view : List.copyOf(catalog.values())) {
      view.verdict()
          .ifPresent(
              verdict -> {
                long stamp = stamps.getOrDefault(view.key(), 0L);
                for (int to = 0; to < ward.nurses.size(); to++) {
                  ward.send(index(), to, verdict, n -> n.learn(view.key(), verdict, stamp));
                }
              });
    }
  }

  InstanceView view(InstanceKey key) {
    return Objects.requireNonNull(catalog.get(key));
  }

  Detector detector() {
    return detector;
  }

  // ---- what it does

  private void carryOut(List<Effect> effects) {
    int mine = life;
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Run run ->
            ward.check(
                index(),
                run.run(),
                result ->
                    whenAwake(
                        n -> {
                          if (life == mine) {
                            carryOut(detector.result(run.run(), result, now()));
                          }
                        }));
        case Effect.Judge judge -> {
          detector.written(judge.instance());
          ward.judged(this, judge.instance(), judge.verdict());
        }
        case Effect.Speak speak -> {
          Opinions said = new Opinions(id, speak.abstains(), speak.opinions(), List.of());
          ward.send(
              index(),
              ward.index(speak.to()),
              said,
              nurse -> nurse.carryOut(nurse.detector.hear(said, nurse.now())));
        }
        case Effect.Evict evict -> evictions.add(evict);
        case Effect.Publish ignored -> {}
        case Effect.Defect defect -> throw new AssertionError(defect.cause());
      }
    }
  }
}
