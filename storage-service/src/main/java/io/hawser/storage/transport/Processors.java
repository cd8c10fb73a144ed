package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.Connection;
import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.alipay.sofa.jraft.rpc.impl.ConnectionClosedEventListener;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What answers other nodes' requests. Does not change once it is made. */
final class Processors {
  private final Map<WireMessage, RpcProcessor<Message>> byType = new EnumMap<>(WireMessage.class);
  private final List<ConnectionClosedEventListener> closeListeners = new ArrayList<>();

  @SuppressWarnings("unchecked") // a processor says by name which class it takes
  Processors(List<RpcProcessor<?>> all) {
    for (RpcProcessor<?> processor : all) {
      for (WireMessage type : WireMessage.values()) {
        if (type.className().equals(processor.interest())) {
          byType.put(type, (RpcProcessor<Message>) processor);
        }
      }
      if (processor instanceof ConnectionClosedEventListener listener) {
        closeListeners.add(listener);
      }
    }
  }

  @Nullable RpcProcessor<Message> of(WireMessage type) {
    return byType.get(type);
  }

  /** Tells those who want to know that a connection is closed. */
  void closed(String remote, Connection connection) {
    closeListeners.forEach(listener -> listener.onClosed(remote, connection));
  }
}
