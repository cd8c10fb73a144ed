package io.hawser.launcher;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signals that ask a process to end. A shutdown hook hears only the first one, and a process
 * that is stopping has to hear the second. The JDK's class for it, in the module jdk.unsupported,
 * is hidden from code that is compiled for a release: hence the reflection.
 */
final class Signals {
  private static final Logger log = LoggerFactory.getLogger(Signals.class);
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private Signals() {}

  /**
   * Calls the handler with the number of each signal from now on, on a thread of its own. A signal
   * that was ignored when the JVM started stays ignored.
   *
   * @return whether the JDK let it; if not, the JVM goes on to end at the first signal
   */
  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
  static boolean handle(IntConsumer handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> type = Class.forName("sun.misc.SignalHandler");
      Method number = signal.getMethod("getNumber");
      Method handle = signal.getMethod("handle", signal, type);
      InvocationHandler calls =
          (proxy, method, args) ->
              switch (method.getName()) {
                case "handle" -> {
                  handler.accept((int) number.invoke(args[0]));
                  yield null;
                }
                case "equals" -> proxy == args[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "Signals";
              };
      Object proxy = Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls);
      for (String name : NAMES) {
        Object of = signal.getConstructor(String.class).newInstance(name);
        Object before = handle.invoke(null, of, proxy);
        log.debug("signal handled name={} before={}", name, Objects.toString(before));
      }
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      log.debug("signals are not handled", e);
      return false;
    }
  }
}
