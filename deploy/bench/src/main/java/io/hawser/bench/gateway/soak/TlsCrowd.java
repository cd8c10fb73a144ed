package io.hawser.bench.gateway.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** The clients of a soak that come over TLS. Thread-safe. */
final class TlsCrowd {
  static final int AT_ONCE = 16;
  private static final String SMALL = "/soak/small";

  /** Who a certificate names is looked at, and nothing else. */
  private static final class TakesAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private final Crowd crowd;
  private final int port;
  private final SSLContext context;
  private final Set<String> subjects = ConcurrentHashMap.newKeySet();
  private final List<Client> kept = new ArrayList<>();

  /**
   * @param crowd to which failures are told
   */
  TlsCrowd(Crowd crowd, int port) {
    this.crowd = crowd;
    this.port = port;
    try {
      this.context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TakesAll()}, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The names in the certificates since the last time. */
  Set<String> takeSubjects() {
    Set<String> taken = new TreeSet<>(subjects);
    subjects.clear();
    return taken;
  }

  /**
   * @param again whether what was agreed on may be used for the next connection
   */
  private Client connect(boolean again) throws IOException {
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
    Client client = new Client(socket);
    socket.startHandshake();
    X509Certificate first = (X509Certificate) socket.getSession().getPeerCertificates()[0];
    subjects.add(first.getSubjectX500Principal().getName());
    if (!again) {
      socket.getSession().invalidate();
    }
    return client;
  }

  /** Connections that come and go: some ask, some go in the middle, also of the handshake. */
  void churn(int count) {
    crowd.each(
        count,
        AT_ONCE,
        i -> {
          if (i % 8 == 5) {
            rude();
            return;
          }
          try (Client client = connect(i % 2 == 0)) {
            switch (i % 8) {
              case 6 -> client.send("GET /soak/bytes/1000000 HTTP/1.1\r\nHost: h\r\n\r\n");
              case 7 -> client.send("GET " + SMALL + " HT");
              default -> {
                long unused = client.get(SMALL);
              }
            }
          }
        });
  }

  /** Begins what looks like a handshake, and goes. */
  private void rude() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(new byte[] {0x16, 0x03, 0x01, 0x02, 0x00, 0x01});
    }
  }

  /** So many that stay, each of which asks once. */
  void keep(int count) {
    crowd.each(
        count,
        AT_ONCE,
        i -> {
          Client client = connect(false);
          synchronized (kept) {
            kept.add(client);
          }
          long unused = client.get(SMALL);
        });
  }

  /** Those that stay ask once more, and leave. */
  void wakeAndLeave() {
    crowd.each(
        kept.size(),
        AT_ONCE,
        i -> {
          try (Client client = kept.get(i)) {
            long unused = client.get(SMALL);
          }
        });
    kept.clear();
  }
}
