package io.hawser.balancer.proxy;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.plane.AccessLog;
import io.hawser.balancer.wire.Field;
import io.hawser.balancer.wire.Head;
import io.hawser.balancer.wire.RequestRules.Asked;
import io.hawser.balancer.wire.Trace;
import org.jspecify.annotations.Nullable;

/**
 * What is written down of one request: begun with its head, closed once, whatever ends it. Owned by
 * one event loop.
 */
final class Account {
  private final Loop loop;
  private final Front front;
  private final Head head;
  private final long startNs;
  private @Nullable Asked asked;
  private @Nullable Target target;
  private @Nullable Endpoint endpoint;
  private @Nullable Trace trace;
  private boolean admitted;
  private boolean closed;
  private long bytesOut;
  private int attempts;

  Account(Loop loop, Front front, Head head) {
    this.loop = loop;
    this.front = front;
    this.head = head;
    this.startNs = loop.nowNs();
    loop.node().requestBegan();
  }

  long startNs() {
    return startNs;
  }

  boolean closed() {
    return closed;
  }

  void asks(Asked of) {
    asked = of;
  }

  void routed(Target to) {
    target = to;
  }

  /** Let in by the limits of its route: that ends with the account. */
  void admitted() {
    admitted = true;
  }

  /** What ties it together with what others write down of the request. */
  void traced(Trace by) {
    trace = by;
  }

  /** The instance that is tried. */
  void tries(Endpoint at) {
    endpoint = at;
    attempts++;
  }

  int attempts() {
    return attempts;
  }

  void sent(int bytes) {
    bytesOut += bytes;
  }

  /**
   * @param status of the answer, or {@link io.hawser.balancer.plane.ProxyMeters#ABORTED}
   * @param reason why it failed; empty when it did not
   * @param error whether the service did not do what it is for
   */
  void close(int status, String reason, boolean error, long bytesIn) {
    if (closed) {
      return;
    }
    closed = true;
    loop.node().requestEnded();
    Target of = target;
    if (of != null && admitted) {
      of.guard().leave();
    }
    String service = of == null ? "" : of.pool().service();
    long tookNs = loop.nowNs() - startNs;
    loop.meters().request(service, status, tookNs);
    if (loop.accessLog().isPresent()) {
      loop.accessLog().get().add(entry(service, status, reason, tookNs / 1_000, bytesIn));
    }
    if (of != null) {
      loop.traffic().record(service, loop.wallMs(), tookNs / 1_000, error);
    }
  }

  private AccessLog.Entry entry(
      String service, int status, String reason, long tookUs, long bytesIn) {
    return new AccessLog.Entry(
        loop.wallMs(),
        front.clientAddress(head),
        head.method(),
        asked == null ? "" : asked.host(),
        asked == null ? head.target() : asked.uri(),
        status,
        reason,
        service,
        endpoint == null ? "" : endpoint.key().id(),
        attempts,
        tookUs,
        bytesIn,
        bytesOut,
        trace == null ? head.value(Field.X_REQUEST_ID) : trace.id(head),
        trace == null ? "" : trace.traceId(head));
  }
}
