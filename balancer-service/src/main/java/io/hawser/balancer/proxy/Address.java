package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Wheel;
import io.hawser.balancer.plane.BalancerSettings;
import io.netty.util.NetUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Where an instance is, by the name that it gave. As asking for a name blocks, others ask, once for
 * all who wait; those wait for as long as for a connection. An address that was once found is used
 * until there is another, as what keeps names may be down while the instance is not. Owned by one
 * event loop.
 */
final class Address {
  /** Asks for a name. */
  interface Names {
    /** Has it told, on the loop, what the address is; empty: there is none. Once. */
    void ask(String name, Consumer<String> answer);
  }

  /** From when on an address that was found is asked for again, while it is used. */
  static final long FRESH_NS = 10_000_000_000L;

  /** For how long a name that has no address is not asked for again. */
  static final long AGAIN_NS = 1_000_000_000L;

  static final long LIMIT_NS = BalancerSettings.CONNECT_TIMEOUT_MS * 1_000_000L;

  /** Ends the wait for an answer. */
  private final class Limit extends Wheel.Timer {
    @Override
    public void expired() {
      overdue = true;
      tell();
    }
  }

  private final String name;
  private final boolean literal;
  private final Names names;
  private final Wheel wheel;
  private final LongSupplier clock;
  private final Limit limit = new Limit();
  private final List<Consumer<String>> waiting = new ArrayList<>(1);
  private String known = "";
  private boolean asked;
  private boolean asking;
  private boolean overdue;
  private long answeredNs;

  Address(String name, Names names, Wheel wheel, LongSupplier clock) {
    this.name = name;
    this.literal = NetUtil.createByteArrayFromIpAddressString(name) != null;
    this.names = names;
    this.wheel = wheel;
    this.clock = clock;
  }

  /** Gives the address to the taker, now or when it is known; an empty one when there is none. */
  void take(Consumer<String> taker) {
    if (literal) {
      taker.accept(name);
      return;
    }
    boolean found = !known.isEmpty();
    boolean rests = asked && clock.getAsLong() - answeredNs < (found ? FRESH_NS : AGAIN_NS);
    if (found || overdue || (rests && !asking)) {
      taker.accept(known);
    } else {
      waiting.add(taker);
    }
    if (!asking && !rests) {
      ask();
    }
  }

  private void ask() {
    asking = true;
    wheel.arm(limit, clock.getAsLong() + LIMIT_NS);
    names.ask(name, this::answered);
  }

  private void answered(String address) {
    wheel.remove(limit);
    asking = false;
    overdue = false;
    asked = true;
    answeredNs = clock.getAsLong();
    if (!address.isEmpty()) {
      known = address;
    }
    tell();
  }

  private void tell() {
    List<Consumer<String>> all = List.copyOf(waiting);
    waiting.clear();
    all.forEach(taker -> taker.accept(known));
  }
}
