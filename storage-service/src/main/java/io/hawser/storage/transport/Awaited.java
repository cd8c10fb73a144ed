package io.hawser.storage.transport;

import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import io.hawser.model.NodeId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a link has sent and is not answered: who waits for it and how many bytes it had, which count
 * until then, so that a peer that answers slowly is not sent more and more. Not thread-safe: owned
 * by the link's event loop.
 */
final class Awaited {
  /** So much may be unanswered, and one call more. */
  static final long MAX_BYTES = 32L * 1024 * 1024;

  private record Sent(Call.Waiting waiting, int bytes, long sentNs) {}

  private final Map<Long, Sent> sent = new LinkedHashMap<>();
  private final NodeId peer;
  private long last;
  private long bytes;

  Awaited(NodeId peer) {
    this.peer = peer;
  }

  boolean isEmpty() {
    return sent.isEmpty();
  }

  boolean full() {
    return bytes >= MAX_BYTES;
  }

  /** Returns the number under which the answer will come. */
  long add(Call call, long nowNs) {
    int length = call.body().length();
    bytes += length;
    sent.put(++last, new Sent(call.waiting(), length, nowNs));
    return last;
  }

  /** Answers the call of this number, unless it has ended before. */
  void answered(long number, Object message) {
    Sent call = sent.remove(number);
    if (call != null) {
      bytes -= call.bytes();
      call.waiting().answer(message, null);
    }
  }

  /** Gives up what is late. */
  void expire(long nowNs) {
    for (Iterator<Sent> it = sent.values().iterator(); it.hasNext(); ) {
      Sent call = it.next();
      if (call.waiting().expired(nowNs)) {
        it.remove();
        bytes -= call.bytes();
        call.waiting().answer(null, new InvokeTimeoutException("no answer from " + peer));
      }
    }
  }

  /** The connection is gone. */
  void failAll(String why) {
    List<Sent> lost = new ArrayList<>(sent.values());
    sent.clear();
    bytes = 0;
    lost.forEach(call -> call.waiting().answer(null, new RemotingException(why)));
  }

  /** Whether the oldest call waits for longer than this. */
  boolean olderThan(long nowNs, long ageNs) {
    return !sent.isEmpty() && nowNs - sent.values().iterator().next().sentNs() > ageNs;
  }
}
