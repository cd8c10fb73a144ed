package io.hawser.storage;

import io.hawser.bus.Addresses;
import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Leads;
import io.hawser.service.ServiceContext;
import io.hawser.storage.core.Delta;
import io.hawser.storage.group.GroupHost;
import io.hawser.storage.group.GroupListener;
import io.hawser.storage.node.Caretaker.Kept;
import io.hawser.storage.node.RosterBook;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node does with the news of its groups: tells clients who leads, and reads the roster that
 * is committed in {@code meta} here, the newest that this node may know. Owned by the verticle.
 */
final class GroupNews implements GroupListener {
  private static final Logger log = LoggerFactory.getLogger(GroupNews.class);

  private final ServiceContext node;
  private final NodeId self;
  private final RosterBook book;
  private final StorageMeters meters;
  private final Supplier<Optional<Kept>> kept;
  private final Supplier<String> cluster;
  private final Runnable exchange;

  /**
   * @param kept what is committed here
   * @param cluster this node's; empty while it is in none
   * @param exchange has the other nodes hear of it
   */
  GroupNews(
      ServiceContext node,
      RosterBook book,
      StorageMeters meters,
      Supplier<Optional<Kept>> kept,
      Supplier<String> cluster,
      Runnable exchange) {
    this.node = node;
    this.self = node.members().self().id();
    this.book = book;
    this.meters = meters;
    this.kept = kept;
    this.cluster = cluster;
    this.exchange = exchange;
  }

  @Override
  public void leading(GroupHost host, long term) {
    log.info("leading node={} group={} term={}", self, host.group(), term);
    Leads leads = new Leads(host.group(), self, term, cluster.get());
    node.bus().publish(Addresses.STORAGE_LEADERS, leads);
    read(host);
  }

  @Override
  public void following(GroupHost host) {
    read(host);
  }

  @Override
  public void applied(GroupHost host, Delta delta) {
    if (delta.keys().stream().anyMatch(k -> k.key().equals(RosterMessage.ROSTER_KEY))) {
      read(host);
      exchange.run();
    }
  }

  @Override
  public void replaced(GroupHost host) {
    read(host);
  }

  @Override
  public void failed(GroupHost host, Throwable cause) {
    log.error("replica has failed node={} group={}", self, host.group(), cause);
  }

  private void read(GroupHost host) {
    if (host.group().equals(StorageMessage.META)) {
      kept.get().ifPresent(k -> book.offer(k.roster()));
    }
    meters.watch(host);
  }
}
