package io.hawser.protocol;

import io.hawser.bus.client.core.LeaseTerm;
import io.hawser.failover.core.Ask;
import io.hawser.failover.core.Limits;
import io.hawser.failover.core.ServiceFailover;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Copies what a manager remembers, so that one state of the world can go on in several ways. By
 * reflection, as nothing that runs has a use for it; a field that is new here is refused.
 */
final class SoftState {
  private static final Class<?> PROGRESS = type("io.hawser.failover.core.Progress");
  private static final Class<?> OPENINGS = type("io.hawser.failover.core.Openings");
  private static final Field OF_INCIDENTS = field(ServiceFailover.class, "progress");
  private static final Field OPENINGS_OF = field(ServiceFailover.class, "openings");
  private static final Field VACANCY = field(OPENINGS, "vacancy");
  private static final Field SINCE = field(PROGRESS, "since");
  private static final Field ANSWERS = field(PROGRESS, "answers");
  private static final Field TERM = field(LeaseTerm.class, "state");
  private static final Constructor<?> NEW_PROGRESS = constructor();

  static {
    only(ServiceFailover.class, "activation", "recovery", "openings", "progress");
    only(OPENINGS, "vacancy");
    only(PROGRESS, "since", "answers");
    only(LeaseTerm.class, "ttlNs", "marginNs", "state");
    only(type("io.hawser.failover.core.Activation"), "limits", "nextRound");
    only(type("io.hawser.failover.core.RecoveryOfFailed"), "limits");
    only(type("io.hawser.failover.core.NextRound"), "limits");
  }

  private SoftState() {}

  static ServiceFailover copy(ServiceFailover core, Limits limits) {
    try {
      ServiceFailover copy = new ServiceFailover(limits);
      Map<String, Object> target = map(OF_INCIDENTS.get(copy));
      for (Map.Entry<String, Object> entry :
          SoftState.<String, Object>map(OF_INCIDENTS.get(core)).entrySet()) {
        target.put(entry.getKey(), copyOfProgress(entry.getValue()));
      }
      Object vacancy = VACANCY.get(OPENINGS_OF.get(core));
      VACANCY.set(OPENINGS_OF.get(copy), copyOfProgress(vacancy));
      return copy;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  private static Object copyOfProgress(Object progress) throws ReflectiveOperationException {
    Object copy = NEW_PROGRESS.newInstance();
    SoftState.<String, Long>map(SINCE.get(copy)).putAll(map(SINCE.get(progress)));
    SoftState.<Ask, Object>map(ANSWERS.get(copy)).putAll(map(ANSWERS.get(progress)));
    return copy;
  }

  static LeaseTerm copy(LeaseTerm term, long ttlMs, long nowNs) {
    try {
      LeaseTerm copy = new LeaseTerm(ttlMs, nowNs);
      TERM.set(copy, TERM.get(term));
      return copy;
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  /**
   * What it remembers, with ages in place of times.
   *
   * @param oldMs what is older than this is as if it were as old
   */
  static String text(ServiceFailover core, long nowNs, long oldMs) {
    try {
      StringBuilder text = new StringBuilder();
      Map<String, Object> sorted = new TreeMap<>(map(OF_INCIDENTS.get(core)));
      sorted.put("vacancy", VACANCY.get(OPENINGS_OF.get(core)));
      for (Map.Entry<String, Object> entry : sorted.entrySet()) {
        text.append(entry.getKey()).append(':');
        new TreeMap<>(SoftState.<String, Long>map(SINCE.get(entry.getValue())))
            .forEach(
                (what, ns) ->
                    text.append(what).append('@').append(age(ns, nowNs, oldMs)).append(' '));
        Map<String, Object> answers = new TreeMap<>();
        SoftState.<Ask, Object>map(ANSWERS.get(entry.getValue()))
            .forEach((ask, answer) -> answers.put(ask.idempotencyKey(), answer));
        for (Map.Entry<String, Object> answer : answers.entrySet()) {
          text.append(answer.getKey()).append(answer(answer.getValue(), nowNs, oldMs));
        }
      }
      return text.toString();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  private static String answer(Object answer, long nowNs, long oldMs)
      throws ReflectiveOperationException {
    StringBuilder text = new StringBuilder(answer.getClass().getSimpleName());
    for (Field field : answer.getClass().getDeclaredFields()) {
      if (field.getName().equals("atNs")) {
        field.setAccessible(true);
        text.append('@').append(age(field.getLong(answer), nowNs, oldMs));
      }
    }
    return text.toString();
  }

  private static long age(long sinceNs, long nowNs, long oldMs) {
    return Math.min(oldMs, (nowNs - sinceNs) / 1_000_000);
  }

  @SuppressWarnings("unchecked") // as the fields are declared
  private static <K, V> Map<K, V> map(Object field) {
    return (Map<K, V>) field;
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  private static Field field(Class<?> type, String name) {
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (NoSuchFieldException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  private static Constructor<?> constructor() {
    try {
      Constructor<?> made = PROGRESS.getDeclaredConstructor();
      made.setAccessible(true);
      return made;
    } catch (NoSuchMethodException e) {
      throw new LinkageError("the core is another one", e);
    }
  }

  private static void only(Class<?> type, String... names) {
    Set<String> there =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> !Modifier.isStatic(field.getModifiers()))
            .map(Field::getName)
            .collect(Collectors.toSet());
    if (!there.equals(Set.of(names))) {
      throw new LinkageError(type + " remembers something else: " + there);
    }
  }
}
