package io.hawser.storage.transport;

import com.alipay.sofa.jraft.ReplicatorGroup;
import com.alipay.sofa.jraft.error.InvokeTimeoutException;
import com.alipay.sofa.jraft.error.RemotingException;
import com.alipay.sofa.jraft.option.RpcOptions;
import com.alipay.sofa.jraft.rpc.InvokeCallback;
import com.alipay.sofa.jraft.rpc.InvokeContext;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.util.Endpoint;
import com.google.protobuf.Message;
import io.hawser.model.Blob;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** One group's client: a view of the links that all groups of the node share. Thread-safe. */
final class VertxRpcClient implements RpcClient {
  private @Nullable ReplicatorGroup group;
  private volatile @Nullable Transport transport;

  @Override
  public boolean init(RpcOptions options) {
    transport = ((TransportOptions) options).transport();
    if (group != null) {
      transport().add(group);
    }
    return true;
  }

  @Override
  public void shutdown() {
    if (group != null) {
      transport().remove(group);
    }
  }

  private Transport transport() {
    return Objects.requireNonNull(transport, "init comes first");
  }

  private Link link(Endpoint endpoint, Object request) {
    Greeting.Channel channel =
        WireMessage.of(request) == WireMessage.GET_FILE
            ? Greeting.Channel.FILES
            : Greeting.Channel.LOG;
    return transport().link(Peers.node(endpoint), channel);
  }

  @Override
  public boolean checkConnection(Endpoint endpoint) {
    return transport().link(Peers.node(endpoint), Greeting.Channel.LOG).usable();
  }

  @Override
  public boolean checkConnection(Endpoint endpoint, boolean createIfAbsent) {
    return checkConnection(endpoint);
  }

  @Override
  public void closeConnection(Endpoint endpoint) {
    // Other groups use it too.
  }

  @Override
  public void registerConnectEventListener(ReplicatorGroup replicators) {
    group = replicators;
  }

  @Override
  public Object invokeSync(Endpoint endpoint, Object request, InvokeContext context, long timeoutMs)
      throws InterruptedException, RemotingException {
    CompletableFuture<Object> answer = new CompletableFuture<>();
    InvokeCallback callback =
        (result, failure) -> {
          if (failure == null) {
            answer.complete(result);
          } else {
            answer.completeExceptionally(failure);
          }
        };
    invokeAsync(endpoint, request, context, callback, timeoutMs);
    try {
      return answer.get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new InvokeTimeoutException("no answer from " + endpoint);
    } catch (ExecutionException e) {
      throw new RemotingException(String.valueOf(e.getCause()));
    }
  }

  @Override
  public void invokeAsync(
      Endpoint endpoint,
      Object request,
      @Nullable InvokeContext context,
      InvokeCallback callback,
      long timeoutMs)
      throws RemotingException {
    long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    Executor workers = transport().workers();
    Blob body = Blob.wrap(((Message) request).toByteArray());
    link(endpoint, request)
        .call(new Call(WireMessage.of(request), body, deadlineNs, callback, workers));
  }
}
