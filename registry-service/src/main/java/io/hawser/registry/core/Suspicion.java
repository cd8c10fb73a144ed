package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Ballot;
import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.NodeId;
import io.hawser.registry.core.panel.Panel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Since when something has been held against one instance, and what the other observers have been
 * told of it. Not thread-safe: owned by one verticle. Soft state.
 */
final class Suspicion {
  private boolean lasts;
  private long sinceNs;
  private @Nullable Opinion told;
  private long toldNs;

  /** Notes whether something is held against it now. */
  void note(boolean accused, long nowNs) {
    if (accused && !lasts) {
      sinceNs = nowNs;
    }
    lasts = accused;
  }

  void end() {
    lasts = false;
  }

  /** Whether nothing is held against it, and the others have been told of nothing. */
  boolean none() {
    return !lasts && told == null;
  }

  /** For how long something has been held against it. */
  long lastedNs(long nowNs) {
    return lasts ? nowNs - sinceNs : 0;
  }

  /** Whether a majority of the roster has been heard since it began, or is heard at all. */
  boolean quorate(Panel panel, long nowNs) {
    return lasts ? panel.quorateSince(sinceNs, nowNs) : panel.quorate(nowNs);
  }

  /** Whether this node holds something against it. */
  boolean accuses() {
    return lasts && told != null && Testimony.accuses(told);
  }

  /** Tells the other observers, of what they would not think by themselves. */
  void tell(Opinion own, boolean passing, Court court, List<NodeId> observers, long nowNs) {
    boolean silent = !Testimony.accuses(own) && (passing || own.ballot() == Ballot.NOTHING);
    Opinion before = told;
    if (silent && before == null) {
      return;
    }
    boolean changed =
        before == null
            || before.ballot() != own.ballot()
            || before.weight() != own.weight()
            || before.refused() != own.refused();
    if (changed || nowNs - toldNs >= Testimony.REPEAT_NS) {
      court.say(observers, own);
      toldNs = nowNs;
    }
    told = silent ? null : own;
  }

  void shift(long ns) {
    sinceNs += ns;
  }
}
