package io.hawser.testing;

import io.hawser.model.NodeId;
import io.hawser.node.Members;
import io.hawser.node.NodeInfo;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A view of the cluster that says what the test wants. Listeners run on the thread that changes it.
 * Thread-safe.
 */
public final class FakeMembers implements Members {
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile NodeInfo self;
  private volatile List<NodeInfo> live;

  /** A node that is alone. */
  public FakeMembers(NodeInfo self) {
    this.self = self;
    this.live = List.of(self);
  }

  /** A node with these roles, without an API. */
  public static NodeInfo node(String id, String... roles) {
    return new NodeInfo(new NodeId(id), "default", List.of(roles), "", "test");
  }

  @Override
  public NodeInfo self() {
    return self;
  }

  @Override
  public List<NodeInfo> live() {
    return live;
  }

  @Override
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** Who is live from now on. */
  public void setLive(List<NodeInfo> nodes) {
    live = nodes.stream().sorted(Comparator.comparing(NodeInfo::id)).toList();
    listeners.forEach(Runnable::run);
  }

  /** Who this node is from now on; takes the place of the old self among the live. */
  public void setSelf(NodeInfo info) {
    NodeInfo old = self;
    self = info;
    setLive(Stream.concat(without(old.id()), Stream.of(info)).toList());
  }

  public void join(NodeInfo node) {
    setLive(Stream.concat(without(node.id()), Stream.of(node)).toList());
  }

  public void leave(NodeId node) {
    setLive(without(node).toList());
  }

  private Stream<NodeInfo> without(NodeId node) {
    return live.stream().filter(n -> !n.id().equals(node));
  }
}
