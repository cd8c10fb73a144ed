package io.hawser.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.cli.base.StubApi;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoadTest {
  @Test
  void answers_are_counted_by_instance_and_failures_by_reason() throws Exception {
    try (StubApi stub =
        new StubApi().on("GET /ok", 200, "{\"instance\":\"echo-1\"}").on("GET /no", 503, "{}")) {
      Totals totals = new Totals();
      for (String path : new String[] {"/ok", "/no"}) {
        CountDownLatch ten = new CountDownLatch(10);
        Load load =
            new Load(
                stub.url() + path,
                200,
                answer -> {
                  totals.add(answer);
                  ten.countDown();
                });
        load.start();
        assertThat(ten.await(10, TimeUnit.SECONDS)).isTrue();
        load.stop();
      }
      assertThat(totals.requests()).isGreaterThanOrEqualTo(20);
      assertThat(totals.line()).contains("echo-1", "× status 503");
      assertThat(totals.json().getLong("failed"))
          .isEqualTo(totals.failed())
          .isGreaterThanOrEqualTo(10);
    }
  }
}
