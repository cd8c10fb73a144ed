package io.hawser.storage.group;

import io.hawser.model.NodeId;
import io.hawser.model.StorageOp.Result;
import io.hawser.storage.log.GroupConfig;
import io.hawser.storage.log.ReplicatedLog;
import io.hawser.storage.rocks.GroupStore;
import io.hawser.storage.rocks.StoreConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Opens replicas: first the store, which hears what the log then has to tell. */
public final class GroupOpener {
  private GroupOpener() {}

  /**
   * Opens a replica: what is in its directory, or an empty one.
   *
   * @param initialVoters see {@link GroupConfig}
   */
  public static Future<GroupHost> open(
      Household house, String group, Set<NodeId> initialVoters, GroupListener listener) {
    Promise<GroupHost> opened = Promise.promise();
    return Worker.run(
            house.context(), () -> now(house, group, initialVoters, listener, opened.future()))
        .onComplete(opened);
  }

  private static GroupHost now(
      Household house,
      String group,
      Set<NodeId> initialVoters,
      GroupListener listener,
      Future<GroupHost> opened) {
    Path directory = house.directory().resolve(group);
    GroupStore store = store(house, group, directory);
    store.listen(new Relay(house.context(), opened));
    boolean opens = false;
    try {
      ReplicatedLog<List<Result>> log =
          house
              .engine()
              .open(new GroupConfig(group, directory.resolve("log"), initialVoters), store);
      opens = true;
      return new GroupHost(house, group, store, log, listener);
    } finally {
      if (!opens) {
        store.close();
      }
    }
  }

  private static GroupStore store(Household house, String group, Path directory) {
    try {
      return GroupStore.open(
          new StoreConfig(directory.resolve("state"), house.cluster().get(), group),
          house.memory());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the store of " + group, e);
    }
  }
}
