package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.balancer.core.Wheel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AddressTest {
  private final Wheel wheel = new Wheel(0);
  private final ArrayDeque<Consumer<String>> questions = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private final Address address = address("shop");
  private int asked;
  private long nowNs;

  private Address address(String name) {
    return new Address(
        name,
        (of, answer) -> {
          asked++;
          questions.add(answer);
        },
        wheel,
        () -> nowNs);
  }

  @CanIgnoreReturnValue
  private List<String> take() {
    address.take(answers::add);
    return answers;
  }

  private void answer(String with) {
    questions.remove().accept(with);
  }

  private void pass(long ns) {
    nowNs += ns + Wheel.TICK_NS;
    wheel.advance(nowNs, Wheel.Timer::expired);
  }

  @Test
  void an_address_is_not_asked_for() {
    address("127.0.0.1").take(answers::add);
    address("::1").take(answers::add);

    assertThat(answers).containsExactly("127.0.0.1", "::1");
    assertThat(asked).isZero();
  }

  @Test
  void all_who_wait_have_it_asked_once() {
    take();
    assertThat(take()).isEmpty();
    answer("10.0.0.1");

    assertThat(answers).containsExactly("10.0.0.1", "10.0.0.1");
    assertThat(take()).hasSize(3);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void a_name_that_is_not_answered_costs_no_more_than_the_time_for_it() {
    take();
    pass(Address.LIMIT_NS);

    assertThat(answers).containsExactly("");
    assertThat(take()).containsExactly("", "");
    assertThat(asked).isEqualTo(1);
    answer("10.0.0.1");
    assertThat(take().getLast()).isEqualTo("10.0.0.1");
  }

  @Test
  void a_name_without_an_address_is_asked_for_again_after_a_while() {
    take();
    answer("");
    assertThat(take()).containsExactly("", "");
    assertThat(asked).isEqualTo(1);
    pass(Address.AGAIN_NS);

    take();
    answer("10.0.0.1");
    assertThat(answers).containsExactly("", "", "10.0.0.1");
  }

  @Test
  void the_last_good_address_is_used_while_nobody_knows_a_newer_one() {
    take();
    answer("10.0.0.1");
    pass(Address.FRESH_NS);
    assertThat(take()).containsExactly("10.0.0.1", "10.0.0.1");
    assertThat(asked).isEqualTo(2);
    answer("");
    assertThat(take()).hasSize(3).containsOnly("10.0.0.1");
    pass(Address.FRESH_NS);

    take();
    answer("10.0.0.2");
    assertThat(take().getLast()).isEqualTo("10.0.0.2");
  }
}
