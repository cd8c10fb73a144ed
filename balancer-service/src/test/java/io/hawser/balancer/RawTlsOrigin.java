package io.hawser.balancer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An origin over TLS that gives each connection one answer, and ends it with a goodbye or not. */
final class RawTlsOrigin implements AutoCloseable {
  private final ServerSocket server;
  private final SSLContext context;
  private final byte[] answer;
  private final boolean polite;

  RawTlsOrigin(TestCertificate certificate, String answer, boolean polite) throws Exception {
    this.answer = answer.getBytes(StandardCharsets.US_ASCII);
    this.polite = polite;
    this.context = context(certificate);
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread unused = Thread.ofVirtual().start(this::accept);
  }

  private static SSLContext context(TestCertificate of) throws Exception {
    Certificate certificate;
    try (var in = Files.newInputStream(of.certificate())) {
      certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
    String pem = Files.readString(of.key()).replaceAll("-----[A-Z ]+-----", "");
    byte[] key = Base64.getMimeDecoder().decode(pem);
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "it",
        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)),
        new char[0],
        new Certificate[] {certificate});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        serve(server.accept());
      }
    } catch (IOException e) {
      // Closed: the test is over.
      Thread.onSpinWait();
    }
  }

  private void serve(Socket plain) {
    try (plain) {
      SSLSocket tls =
          (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), false);
      tls.setUseClientMode(false);
      byte[] request = new byte[16_384];
      int unused = tls.getInputStream().read(request);
      tls.getOutputStream().write(answer);
      tls.getOutputStream().flush();
      if (polite) {
        tls.close();
      }
    } catch (IOException e) {
      // The peer went away, as it may.
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
