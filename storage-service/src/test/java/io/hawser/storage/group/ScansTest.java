package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScansTest {
  private static final int LIMIT = 10;

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    gate.countDown();
    vertx.close().await(10, TimeUnit.SECONDS);
  }

  private Integer read(int number) throws InterruptedException {
    int now = running.incrementAndGet();
    int unused = most.accumulateAndGet(now, Math::max);
    gate.await();
    int unusedToo = running.decrementAndGet();
    return number;
  }

  @Test
  void a_few_run_at_once_and_the_others_follow_in_their_order() throws Exception {
    int count = 50;
    List<Integer> done = new ArrayList<>();
    Promise<Boolean> full = Promise.promise();
    Promise<Void> all = Promise.promise();
    context.runOnContext(
        v -> {
          Scans scans = new Scans(context, LIMIT);
          List<Future<?>> reads = new ArrayList<>();
          for (int i = 0; i < count; i++) {
            int number = i;
            reads.add(scans.run(() -> read(number)).onSuccess(done::add));
          }
          full.complete(scans.full());
          Future.join(reads).<Void>mapEmpty().onComplete(all);
        });
    assertThat(full.future().await(10, TimeUnit.SECONDS)).isTrue();
    Await.until("some run", () -> running.get() == 4);

    gate.countDown();
    all.future().await(30, TimeUnit.SECONDS);

    assertThat(most.get()).isEqualTo(4);
    assertThat(done).hasSize(count).doesNotHaveDuplicates();
  }

  @Test
  void a_read_that_throws_fails_and_makes_room_for_the_next() throws Exception {
    gate.countDown();
    Promise<Integer> last = Promise.promise();
    context.runOnContext(
        v -> {
          Scans scans = new Scans(context, LIMIT);
          for (int i = 0; i < 20; i++) {
            Future<Integer> unused =
                scans.run(
                    () -> {
                      throw new IllegalStateException("broken");
                    });
          }
          scans.run(() -> read(7)).onComplete(last);
        });

    assertThat(last.future().await(30, TimeUnit.SECONDS)).isEqualTo(7);
  }
}
