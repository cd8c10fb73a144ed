package io.hawser.cli.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.StubApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static Api api(StubApi stub) {
    return new Api(URI.create(stub.url()), Duration.ofSeconds(5));
  }

  @Test
  void a_broken_stream_is_taken_up_after_the_last_event() throws Exception {
    try (StubApi stub = new StubApi().on("GET /s", 200, "id: 41\ndata: {}\n\n")) {
      List<String> notes = new ArrayList<>();
      EventStream stream = new EventStream(api(stub), "/s", "40", notes::add);
      int[] seen = {0};
      stream.follow(
          event -> {
            if (++seen[0] == 2) {
              stream.close();
            }
          });
      assertThat(stub.requests()).containsExactly("GET /s  after 40", "GET /s  after 41");
      assertThat(notes).hasSize(2);
    }
  }

  @Test
  void a_refused_stream_is_a_failure_with_its_exit_code() throws Exception {
    try (StubApi stub = new StubApi().on("GET /s", 403, "{}")) {
      EventStream stream = new EventStream(api(stub), "/s", "", note -> {});
      CliFailure failure = catchThrowableOfType(CliFailure.class, () -> stream.follow(event -> {}));
      assertThat(failure.code()).isEqualTo(ExitCode.REFUSED.number());
    }
  }
}
