package io.hawser.service;

import io.hawser.model.ExtensionMessage;
import io.hawser.node.SettingKey;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Supplier;

/**
 * A role that nodes may have, found with {@code ServiceLoader}. A module says which settings it
 * reads and which verticles it deploys; the node does the rest. Implementations are public, have a
 * public constructor without arguments, and keep no state.
 */
public interface ServiceModule {
  /** A verticle to deploy. */
  record Deployment(Supplier<Deployable> verticle, DeploymentOptions options) {
    public static Deployment one(Supplier<Deployable> verticle) {
      return new Deployment(verticle, new DeploymentOptions());
    }
  }

  /** The role's name, as it stands in the {@code roles} setting. */
  String role();

  /** Every setting that the module reads. */
  default List<SettingKey<?>> settings() {
    return List.of();
  }

  /**
   * Starts of structured settings that the module reads, as for {@link
   * io.hawser.node.Settings#under}.
   */
  default List<String> settingTrees() {
    return List.of();
  }

  /**
   * Whether clients have connections to the module's verticles. Those stop last, when the others'
   * duties have gone to other nodes and clients have had the time to go there too.
   */
  default boolean servesClients() {
    return false;
  }

  /** The module's own messages. */
  default List<Class<? extends ExtensionMessage>> messages() {
    return List.of();
  }

  /**
   * Loads what takes long and needs no node, such as classes and documents. Called once, on a
   * thread of its own, while the node joins its cluster; nobody waits for it, and what it throws is
   * only logged: what is missing then is loaded, or fails, where it is used.
   */
  default void prepare() {}

  /** The verticles, in the order in which to deploy them. Called once, on the start of the node. */
  List<Deployment> deployments(ServiceContext context);

  /**
   * Adds the module's routes to the API server of the node. They run on that server's event loop.
   * Called once, before the server listens.
   */
  default void mount(Router router, ServiceContext context) {}
}
