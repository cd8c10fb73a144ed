package io.hawser.launcher.machine;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/** Whether ports can be listened on and reached. */
public final class Ports {
  private Ports() {}

  /** Why a port cannot be listened on; empty when it can, just now. */
  public static Optional<String> refusal(InetAddress host, int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(host, port));
      return Optional.empty();
    } catch (BindException e) {
      String text = String.valueOf(e.getMessage());
      if (!text.contains("in use")) {
        return Optional.of(text);
      }
      String holder = PortHolder.describe(port);
      return Optional.of(holder.isEmpty() ? "another process listens there" : holder + " has it");
    } catch (IOException e) {
      return Optional.of(e.toString());
    }
  }

  /** Why a port cannot be connected to; empty when it can. */
  public static Optional<String> unreachable(String host, int port, int timeoutMs) {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        return Optional.of("the name is not known");
      }
      socket.connect(address, timeoutMs);
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
