package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Wheel;
import java.util.function.Consumer;

/** How long a client's connection waits for what is to come next. Owned by one event loop. */
final class Patience extends Wheel.Timer {
  /** What the time runs for. */
  enum Phase {
    IDLE,
    HEAD,
    /** The client is to send more of a body. */
    BODY,
    /** The instance is to take more of a body. */
    WRITE,
    /** The instance is to answer. */
    RESPONSE,
    /** Either is to send or take more of what has begun. */
    STREAM,
    LINGER
  }

  private final Loop loop;
  private final Consumer<Phase> ended;
  private Phase phase = Phase.IDLE;

  /**
   * @param ended hears of the phase that took too long
   */
  Patience(Loop loop, Consumer<Phase> ended) {
    this.loop = loop;
    this.ended = ended;
  }

  Phase phase() {
    return phase;
  }

  void await(Phase what, long ns) {
    phase = what;
    loop.wheel().arm(this, loop.nowNs() + ns);
  }

  void end() {
    loop.wheel().remove(this);
  }

  @Override
  public void expired() {
    ended.accept(phase);
  }
}
