package io.hawser.storage.group;

import io.hawser.model.NodeId;
import io.hawser.storage.core.Delta;
import io.hawser.storage.rocks.StoreListener;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes what the apply thread tells to the host's context, in order, once the host is there. */
final class Relay implements StoreListener {
  private final Context context;
  private final Future<GroupHost> host;

  Relay(Context context, Future<GroupHost> host) {
    this.context = context;
    this.host = host;
  }

  private void tell(Consumer<GroupHost> what) {
    context.runOnContext(
        v -> {
          Future<GroupHost> unused = host.onSuccess(what::accept);
        });
  }

  @Override
  public void applied(Delta delta) {
    tell(h -> h.applied(delta));
  }

  @Override
  public void replaced() {
    tell(GroupHost::replaced);
  }

  @Override
  public void leading(long term) {
    tell(h -> h.leading(term));
  }

  @Override
  public void following(Optional<NodeId> leader, long term) {
    tell(GroupHost::following);
  }

  @Override
  public void failed(Throwable cause) {
    tell(h -> h.failed(cause));
  }
}
