package io.hawser.storage.transport;

import com.alipay.sofa.jraft.option.NodeOptions;

/**
 * A group's options together with the transport that its node uses: JRaft makes the client of each
 * group itself and hands it nothing but these. So there is no transport in a static field, and many
 * nodes can live in one process.
 */
public final class TransportOptions extends NodeOptions {
  private final Transport transport;

  public TransportOptions(Transport transport) {
    this.transport = transport;
  }

  public Transport transport() {
    return transport;
  }
}
