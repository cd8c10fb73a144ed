package io.hawser.storage.transport;

import com.alipay.sofa.jraft.rpc.RpcProcessor;
import com.google.protobuf.Message;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What answers other nodes' requests. Does not change once it is made. */
final class Processors {
  private final Map<WireMessage, RpcProcessor<Message>> byType = new EnumMap<>(WireMessage.class);

  @SuppressWarnings("unchecked") // a processor says by name which class it takes
  Processors(List<RpcProcessor<?>> all) {
    for (RpcProcessor<?> processor : all) {
      for (WireMessage type : WireMessage.values()) {
        if (type.className().equals(processor.interest())) {
          byType.put(type, (RpcProcessor<Message>) processor);
        }
      }
    }
  }

  @Nullable RpcProcessor<Message> of(WireMessage type) {
    return byType.get(type);
  }
}
