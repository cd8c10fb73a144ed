package io.hawser.examples.echo;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps this instance registered: registers, then beats, and registers again whenever the registry
 * does not know it any more.
 *
 * <pre>
 *   APART    --registered-->          MEMBER
 *   APART    --409-->                 BLOCKED   an earlier life still holds the id; tried again at each step
 *   MEMBER   --404 to a beat-->       APART     and registers at once
 *   MEMBER   --409 to a beat-->       BLOCKED   another incarnation took the id
 *   any      --no gateway answers-->  ALONE     goes on serving
 *   any      --another refusal-->     REFUSED
 * </pre>
 *
 * It never gives up. Used by one thread at a time; prints one line per change of state.
 */
final class Registrar {
  enum State {
    APART,
    MEMBER,
    BLOCKED,
    ALONE,
    REFUSED
  }

  private final Gateways gateways;
  private final String path;
  private final String registration;
  private final Supplier<String> beat;
  private final Consumer<String> changes;
  private State state = State.APART;

  /**
   * True from the first acknowledged registration until the registry says otherwise; an outage of
   * the gateways keeps it.
   */
  private boolean registered;

  /**
   * @param registration the body that registers
   * @param beat the body of the next beat
   * @param changes told each change of state, in a sentence
   */
  Registrar(
      Gateways gateways,
      String path,
      String registration,
      Supplier<String> beat,
      Consumer<String> changes) {
    this.gateways = gateways;
    this.path = path;
    this.registration = registration;
    this.beat = beat;
    this.changes = changes;
  }

  State state() {
    return state;
  }

  /** Registers or beats, whichever is due. */
  void step() throws InterruptedException {
    try {
      if (registered) {
        beat();
      } else {
        register();
      }
    } catch (IOException e) {
      become(State.ALONE, "reaches no gateway, goes on trying: " + e.getMessage());
    }
  }

  /** Takes the registration back; left to the registry's clock when nobody answers. */
  void leave() throws InterruptedException {
    if (!registered) {
      return;
    }
    registered = false;
    try {
      int status = gateways.send("DELETE", path, "");
      become(State.APART, "is deregistered (" + status + ")");
    } catch (IOException e) {
      become(State.ALONE, "could not deregister: " + e.getMessage());
    }
  }

  private void register() throws IOException, InterruptedException {
    int status = gateways.send("PUT", path, registration);
    switch (status) {
      case 200, 201 -> {
        registered = true;
        become(State.MEMBER, "is registered at " + gateways.current());
      }
      case 409 -> become(State.BLOCKED, "waits: its id is still held by an earlier life (409)");
      default ->
          become(State.REFUSED, "is refused by the registry (" + status + "), goes on trying");
    }
  }

  private void beat() throws IOException, InterruptedException {
    int status = gateways.send("PUT", path + "/heartbeat", beat.get());
    switch (status) {
      case 200, 204 -> become(State.MEMBER, "beats at " + gateways.current());
      case 404 -> {
        registered = false;
        become(State.APART, "is not known to the registry any more, registers again");
        register();
      }
      case 409 -> {
        registered = false;
        become(State.BLOCKED, "was replaced by another incarnation (409), waits for its id");
      }
      default -> become(State.REFUSED, "has its beats refused (" + status + "), goes on trying");
    }
  }

  private void become(State next, String sentence) {
    if (state != next) {
      state = next;
      changes.accept(sentence);
    }
  }
}
