package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.RaftRpcFactory;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.RpcServer;
import com.alipay.sofa.jraft.util.Endpoint;
import com.alipay.sofa.jraft.util.SPI;
import org.jspecify.annotations.Nullable;

/** What JRaft finds with its service loader instead of its own transport. Public for that. */
@SPI(name = "vertx", priority = 10)
public final class VertxRpcFactory implements RaftRpcFactory {
  @Override
  public void registerProtobufSerializer(String className, Object... args) {
    // WireMessage knows them all.
  }

  @Override
  public RpcClient createRpcClient(@Nullable ConfigHelper<RpcClient> helper) {
    VertxRpcClient client = new VertxRpcClient();
    if (helper != null) {
      helper.config(client);
    }
    return client;
  }

  @Override
  public RpcServer createRpcServer(Endpoint endpoint, @Nullable ConfigHelper<RpcServer> helper) {
    throw new UnsupportedOperationException("the engine makes its transport itself");
  }
}
