package io.hawser.storage;

import io.hawser.node.NodeSettings;
import io.hawser.service.ServiceContext;
import io.hawser.storage.jraft.EngineConfig;
import io.hawser.storage.jraft.JRaftEngine;
import io.hawser.storage.jraft.LogTuning;
import io.hawser.storage.log.LogEngine;
import io.hawser.storage.transport.TransportConfig;
import io.hawser.storage.transport.TransportTls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes the engine of a real node: JRaft on the Raft port. */
final class JRaftMaker implements EngineMaker {
  private static final long START_SECONDS = 20;
  static final String LIBRARY = "lib";

  private final ServiceContext node;
  private final Optional<TransportTls> tls;

  JRaftMaker(ServiceContext node, Optional<TransportTls> tls) {
    this.node = node;
    this.tls = tls;
  }

  @Override
  public LogEngine make(Surroundings surroundings) throws IOException {
    TransportConfig transport =
        new TransportConfig(
            surroundings.self(),
            surroundings.cluster(),
            node.settings().get(NodeSettings.BIND_HOST),
            node.settings().get(NodeSettings.RAFT_PORT),
            tls,
            surroundings.addresses());
    EngineConfig config =
        new EngineConfig(
            transport, surroundings.directory().resolve(LIBRARY), node.meters(), LogTuning.DEFAULT);
    try {
      return JRaftEngine.start(node.vertx(), config)
          .toCompletionStage()
          .toCompletableFuture()
          .get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IOException("the Raft port does not open", e);
    } catch (ExecutionException e) {
      throw cause(e);
    }
  }

  private static IOException cause(ExecutionException failure) {
    return switch (failure.getCause()) {
      case BindException bind -> bind;
      case UncheckedIOException io -> new IOException(io.getMessage(), io);
      case null, default ->
          new IOException("the Raft engine does not start: " + failure.getCause(), failure);
    };
  }
}
