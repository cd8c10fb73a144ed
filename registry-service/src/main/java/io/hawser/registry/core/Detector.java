package io.hawser.registry.core;

import io.hawser.catalog.InstanceView;
import io.hawser.catalog.MassFailure;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.DetectionMessage.Opinions;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import io.hawser.registry.core.CheckRun.Result;
import io.hawser.registry.core.panel.Panel;
import io.hawser.registry.core.panel.SelfDoubt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches the instances that this node observes, together with the other observers of each. Fed
 * with the catalog, beats, results of checks, complaints, opinions and ticks; answers each with
 * what is to be done.
 *
 * <p>It distrusts itself first: when its ticks come late, the node stood still, and what it missed
 * meanwhile is no evidence against anybody, so every deadline moves by as much, and its opinions do
 * not count for a while. Nor do they while most of what it observes fails here and nowhere else.
 *
 * <p>Not thread-safe: owned by one verticle. Holds soft state; the verdicts that it gives are hard
 * and live in the catalog.
 *
 * <p>Long for this project, as each kind of input has a method of its own here, and does little
 * more than find its subject.
 */
public final class Detector {
  /** The time between two ticks. */
  public static final long TICK_MS = 50;

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(TICK_MS);
  private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(SelfDoubt.STALL_MS);
  private static final long PULSE_NS = TimeUnit.MILLISECONDS.toNanos(Panel.PULSE_MS);

  /** The time that a suspect takes from the others, and the longest that any waits for it. */
  private static final long EACH_NS = TimeUnit.MICROSECONDS.toNanos(20);

  private static final long SLOWEST_NS = TimeUnit.MILLISECONDS.toNanos(500);

  /** From so many failing instances on this node asks itself whether it is the one that fails. */
  private static final int MANY = 3;

  private final Panel panel;
  private final Court court;
  private final SelfDoubt doubt;
  private final MassFailure mass = new MassFailure();
  private final Wheel wheel;
  private final Map<InstanceKey, Subject> subjects = new HashMap<>();
  private final Map<NodeId, Relay> relays = new HashMap<>();
  private final Set<InstanceKey> accused = new HashSet<>();
  private Set<NodeId> present = Set.of();
  private long lastTickNs;
  private long lastPulseNs;
  private long lastRun;
  private int instances;

  /** A detector that is the only one of its cluster, until it learns otherwise. */
  public Detector(NodeId self, long evictAfterMs, Now start) {
    this(self, evictAfterMs, key -> false, start);
  }

  /**
   * @param evictAfterMs how long an instance with a TTL stays after it went down
   * @param othersPass whether an instance's service has another one that passes
   * @param start the first tick is expected {@link #TICK_MS} later
   */
  public Detector(NodeId self, long evictAfterMs, Predicate<InstanceKey> othersPass, Now start) {
    this.panel = new Panel(self);
    this.court = new Court(panel, evictAfterMs, othersPass);
    this.doubt = new SelfDoubt(start.ns(), start.wallMs());
    this.wheel = new Wheel(start.ns());
    this.lastTickNs = start.ns();
    this.lastPulseNs = start.ns();
  }

  // ---- the cluster

  /**
   * Who there is, from now on. What each observes is settled by {@link #watch}.
   *
   * @param roster against which quorums are counted
   * @param live the registry nodes that the cluster manager sees, by id
   */
  public void cluster(Set<NodeId> roster, List<NodeId> live) {
    panel.cluster(roster, live);
  }

  /** A registry node is there, and says what it holds. */
  public List<Effect> hear(Opinions opinions, Now now) {
    notice(now);
    panel.heard(opinions.from(), opinions.abstains(), now.ns());
    List<Effect> effects = new ArrayList<>();
    for (Opinion opinion : opinions.opinions()) {
      effects.addAll(
          with(
              opinion.instance(),
              now,
              subject -> {
                if (subject.incarnation().equals(opinion.incarnation())) {
                  subject.hear(opinions.from(), opinion, now);
                }
              }));
    }
    return effects;
  }

  /** How many instances there are in all. */
  public void instances(int count) {
    instances = count;
    court.instances(count);
  }

  /** The catalog has it that an instance is this; empty: that it is gone. */
  public void judged(InstanceKey instance, Optional<Health> health, Now now) {
    if (health.filter(Health.DOWN::equals).isPresent()) {
      mass.fell(instance, now.ns());
    } else {
      mass.stands(instance);
    }
  }

  /** Whether a mass failure keeps everybody from being evicted. */
  public boolean frozen() {
    return court.frozen();
  }

  /** Why this node's opinions do not count; empty when they do. */
  public String distrusts() {
    return doubt.reason();
  }

  /** Whether a majority of the roster is heard. */
  public boolean quorate(Now now) {
    return panel.quorate(now.ns());
  }

  // ---- what is watched

  /**
   * Watches an instance if this node is one of its observers, or learns what the catalog has of it
   * by now; else watches it no more.
   */
  public List<Effect> watch(InstanceView view, Now now) {
    notice(now);
    List<NodeId> observers = panel.observers(view.key());
    if (!observers.contains(panel.self())) {
      unwatch(view.key());
      return List.of();
    }
    Subject known = subjects.get(view.key());
    if (known != null && known.sameLife(view)) {
      known.update(view, observers, now);
    } else {
      Subject next = new Subject(court, view, observers, now);
      if (known != null) {
        next.inherit(known);
      }
      subjects.put(view.key(), next);
    }
    return with(view.key(), now, subject -> {});
  }

  /** Stops to watch an instance: it is gone, or others'. */
  public void unwatch(InstanceKey instance) {
    subjects.remove(instance);
    accused.remove(instance);
  }

  public Set<InstanceKey> watched() {
    return Collections.unmodifiableSet(subjects.keySet());
  }

  /** How many of the watched instances are in which state. */
  public Map<Health, Integer> census() {
    Map<Health, Integer> census = new EnumMap<>(Health.class);
    for (Subject subject : subjects.values()) {
      census.merge(subject.health(), 1, Integer::sum);
    }
    return census;
  }

  /** Why an instance is what it is; empty when this node does not observe it. */
  public Optional<Explanation> explain(InstanceKey instance, String rosterSource, Now now) {
    return Optional.ofNullable(subjects.get(instance))
        .map(s -> s.account(now).explain(court, doubt.reason(), rosterSource, now));
  }

  // ---- evidence

  /**
   * A gateway is there.
   *
   * @param promise whether it says so by itself, and so will again: only then means its silence
   *     anything
   */
  public void relay(NodeId relay, boolean promise, Now now) {
    notice(now);
    Relay known = relays.get(relay);
    if (known != null) {
      known.heard(now.ns());
    } else if (promise) {
      relays.put(relay, new Relay(now.ns()));
    }
  }

  /** A sign of life that came by itself. */
  public List<Effect> beat(InstanceKey instance, String incarnation, Now now) {
    return beat(instance, incarnation, Optional.empty(), now);
  }

  /** A sign of life. That of another incarnation is none. */
  public List<Effect> beat(
      InstanceKey instance, String incarnation, Optional<NodeId> relay, Now now) {
    notice(now);
    Subject subject = subjects.get(instance);
    if (subject == null || !subject.incarnation().equals(incarnation)) {
      return List.of();
    }
    Relay through = relay.map(relays::get).orElse(null);
    if (subject.unmoved()) {
      return beatOnly(subject, through, now);
    }
    return with(instance, now, s -> s.beat(through, now));
  }

  private List<Effect> beatOnly(Subject subject, @Nullable Relay relay, Now now) {
    try {
      subject.beat(relay, now);
      return List.of();
    } catch (RuntimeException e) {
      return defect(subject.key(), e);
    }
  }

  /** A balancer could not use the instance: checked at once, and judged by that alone. */
  public List<Effect> complaint(
      NodeId balancer, InstanceKey instance, String incarnation, String reason, Now now) {
    notice(now);
    return with(
        instance,
        now,
        subject -> {
          if (subject.incarnation().equals(incarnation)) {
            subject.complaint(balancer, reason, now);
          }
        });
  }

  /** The result of an {@link Effect.Run}. One that nobody waits for any more is ignored. */
  public List<Effect> result(CheckRun run, Result result, Now now) {
    notice(now);
    if (result instanceof Result.Blind blind && blind.cause() == Result.Cause.LACKING) {
      doubt.lacks(now.ns());
    }
    return with(run.instance(), now, subject -> subject.result(run, result, now));
  }

  /** An {@link Effect.Judge} was carried out, or could not be. */
  public void written(InstanceKey instance) {
    Subject subject = subjects.get(instance);
    if (subject != null) {
      subject.written();
    }
  }

  // ---- time

  /** Time has passed. To be called every {@link #TICK_MS}. */
  public List<Effect> tick(Now now) {
    trust(now);
    lastTickNs = now.ns();
    List<Effect> effects = new ArrayList<>();
    freeze(now, effects);
    for (Subject due : wheel.advance(now.ns())) {
      if (subjects.get(due.key()) == due) {
        effects.addAll(with(due.key(), now, subject -> {}));
      }
    }
    takeTurns(now, effects);
    relays.values().removeIf(relay -> relay.gone(now.ns()));
    speak(now, effects);
    return effects;
  }

  /** Others are there to look than before: what comes next is somebody else's turn. */
  private void takeTurns(Now now, List<Effect> effects) {
    Set<NodeId> those = panel.present(now.ns());
    if (those.equals(present)) {
      return;
    }
    present = those;
    for (Subject subject : List.copyOf(subjects.values())) {
      if (subject.takesTurns()) {
        effects.addAll(with(subject.key(), now, s -> {}));
      }
    }
  }

  /** One node tells everybody of a mass failure; each acts on its own account of it. */
  private void freeze(Now now, List<Effect> effects) {
    boolean frozen = mass.lasts(instances, now.ns());
    if (frozen != court.frozen() && panel.speaksForAll()) {
      effects.add(new Effect.Publish(new Event.EvictionsFrozen(frozen, mass.down(), instances)));
    }
    court.freeze(frozen);
  }

  private void trust(Now now) {
    long lateNs = now.ns() - lastTickNs - TICK_NS;
    if (doubt.tick(lateNs, now.ns(), now.wallMs())) {
      shift(lateNs);
    }
    doubt.lonely(lonely(now));
    panel.abstains(doubt.abstains());
  }

  /** On each input, as after a stall it is chance which of the waiting ones comes first. */
  private void notice(Now now) {
    if (now.ns() - lastTickNs - TICK_NS > STALL_NS) {
      trust(now);
      lastTickNs = now.ns();
    }
  }

  private void shift(long ns) {
    subjects.values().forEach(subject -> subject.shift(ns));
    relays.values().forEach(relay -> relay.shift(ns));
  }

  /** Whether most of what is observed here fails, and the others do not see it. */
  private boolean lonely(Now now) {
    int agreed = 0;
    for (InstanceKey key : List.copyOf(accused)) {
      Subject subject = subjects.get(key);
      if (subject == null || !subject.accusedHere()) {
        accused.remove(key);
      } else if (subject.accusedElsewhere()) {
        agreed++;
      }
    }
    if (accused.size() < MANY
        || accused.size() * 2 <= subjects.size()
        || panel.peers().stream().noneMatch(node -> panel.speaks(node, now.ns()))) {
      return false;
    }
    return agreed * 2 < accused.size();
  }

  /** Sends what there is to say, and every {@link Panel#PULSE_MS} something in any case. */
  private void speak(Now now, List<Effect> effects) {
    Map<NodeId, List<Opinion>> post = court.post();
    Set<NodeId> to = post.keySet();
    if (now.ns() - lastPulseNs >= PULSE_NS) {
      lastPulseNs = now.ns();
      to = panel.peers();
    }
    for (NodeId node : to) {
      effects.add(new Effect.Speak(node, panel.abstains(), post.getOrDefault(node, List.of())));
    }
  }

  /** One subject's fault must not keep the others from being watched. */
  private List<Effect> with(InstanceKey instance, Now now, Consumer<Subject> input) {
    Subject subject = subjects.get(instance);
    if (subject == null) {
      return List.of();
    }
    List<Effect> effects = new ArrayList<>(2);
    try {
      input.accept(subject);
      subject.step(now, () -> ++lastRun, effects);
      wheel.put(subject, Math.max(subject.nextNs(now.ns()), paceNs()), now.ns());
      if (subject.accusedHere()) {
        accused.add(instance);
      }
      return effects;
    } catch (RuntimeException e) {
      return defect(instance, e);
    }
  }

  /** When much is suspected at once, each is looked at less often. */
  private long paceNs() {
    return Math.min(SLOWEST_NS, accused.size() * EACH_NS);
  }

  private List<Effect> defect(InstanceKey instance, RuntimeException cause) {
    unwatch(instance);
    return List.of(new Effect.Defect(instance, cause));
  }
}
