package io.hawser.storage.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageMessage.Applied;
import io.hawser.model.StorageMessage.Content;
import io.hawser.model.StorageOp.Acquire;
import io.hawser.model.StorageOp.Expire;
import io.hawser.model.StorageOp.LeaseHeld;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupHostTest {
  @TempDir Path dir;
  private HostRig rig;

  @BeforeEach
  void begin() throws Exception {
    rig = new HostRig(dir);
    rig.lead();
  }

  @AfterEach
  void end() {
    rig.close();
  }

  private static Acquire acquire(String holder) {
    return new Acquire("l", holder, 1_000);
  }

  @Test
  void those_who_want_a_lease_do_not_keep_it_for_who_has_left_it() {
    LeaseState held = (LeaseState) ((Applied) rig.change(acquire("gone"))).result();
    rig.time.advanceMs(999);
    Future<Content> contender = rig.propose(acquire("b"));
    rig.tick();
    assertThat(rig.proposed()).containsExactly(acquire("b"));

    rig.time.advanceMs(1);
    rig.tick();
    assertThat(rig.on(() -> true)).isTrue();

    assertThat(rig.proposed()).containsExactly(acquire("b"), new Expire("l", held.epoch(), 1));
    rig.decideAll();
    assertThat(((Applied) Await.result(contender)).result()).isInstanceOf(LeaseHeld.class);
    assertThat(((Applied) rig.change(acquire("b"))).result()).isInstanceOf(LeaseState.class);
  }

  @Test
  void a_holder_that_takes_its_lease_again_in_time_keeps_it_however_long_that_takes() {
    LeaseState held = (LeaseState) ((Applied) rig.change(acquire("a"))).result();
    rig.time.advanceMs(999);
    Future<Content> again = rig.propose(acquire("a"));
    rig.time.advanceMs(1);
    rig.tick();
    assertThat(rig.proposed()).isEqualTo(List.of(acquire("a")));

    rig.decideAll();
    rig.tick();
    assertThat(rig.proposed()).isEmpty();
    assertThat(((Applied) Await.result(again)).result()).isEqualTo(held);
    rig.time.advanceMs(1_000);
    rig.tick();
    assertThat(rig.on(() -> true)).isTrue();
    assertThat(rig.proposed()).containsExactly(new Expire("l", held.epoch(), 2));
  }
}
