package io.hawser.examples.echo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/**
 * The gateways of a cluster as one: a request goes to the one that answered last, and to the next
 * when it fails. Any answer, a refusal too, counts as one. Used by one thread at a time.
 */
final class Gateways {
  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final List<URI> all;
  private static final int UNAVAILABLE = 503;

  private final Duration timeout;
  private final HttpClient client;
  private int current;

  Gateways(List<URI> all) {
    this(all, TIMEOUT);
  }

  /**
   * @param timeout how long a gateway may take to answer
   */
  Gateways(List<URI> all, Duration timeout) {
    this.all = List.copyOf(all);
    this.timeout = timeout;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .build();
  }

  /** The gateway that answered last. */
  URI current() {
    return all.get(current);
  }

  /**
   * Sends the request and returns the status of the answer. A gateway that says that it cannot do
   * it now has not answered.
   *
   * @throws IOException when no gateway answers; the message names each with its reason
   */
  int send(String method, String path, String body) throws IOException, InterruptedException {
    StringBuilder failures = new StringBuilder();
    for (int attempt = 0; attempt < all.size(); attempt++) {
      URI gateway = current();
      String failure;
      try {
        int status =
            client
                .send(request(gateway, method, path, body), BodyHandlers.discarding())
                .statusCode();
        if (status != UNAVAILABLE) {
          return status;
        }
        failure = "cannot do it now (503)";
      } catch (IOException e) {
        failure = reason(e);
      }
      failures.append(failures.isEmpty() ? "" : ", ").append(gateway).append(": ").append(failure);
      current = (current + 1) % all.size();
    }
    throw new IOException(failures.toString());
  }

  private HttpRequest request(URI gateway, String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(gateway + path))
        .timeout(timeout)
        .header("Content-Type", "application/json")
        .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
        .build();
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
