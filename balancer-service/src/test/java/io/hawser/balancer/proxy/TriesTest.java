package io.hawser.balancer.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.balancer.core.Endpoint;
import io.hawser.balancer.core.EndpointState;
import io.hawser.balancer.core.OriginTls;
import io.hawser.balancer.core.Pool;
import io.hawser.balancer.core.Roles;
import io.hawser.balancer.core.Target;
import io.hawser.balancer.core.limit.Guard;
import io.hawser.balancer.core.limit.RetryBudget;
import io.hawser.balancer.plane.ProxyMeters;
import io.hawser.balancer.proxy.Course.Again;
import io.hawser.balancer.proxy.Course.Another;
import io.hawser.balancer.proxy.Course.Ends;
import io.hawser.balancer.proxy.Course.Event;
import io.hawser.balancer.proxy.Course.Stays;
import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import io.hawser.model.InstanceKey;
import io.hawser.node.Meters;
import io.hawser.node.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Where a request goes after what has happened to it: 30 s in all, 5 s for a try. */
class TriesTest {
  private static final long S = 1_000_000_000L;
  private static final Limits LIMITS = Limits.of(Settings.of(Map.of()), 1);
  private static final Ends ENDS = new Ends();

  private final Endpoint a = endpoint("a");
  private final Endpoint b = endpoint("b");
  private final Endpoint c = endpoint("c");
  private final Endpoint d = endpoint("d");
  private final RetryBudget budget = new RetryBudget(0);
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private static Endpoint endpoint(String id) {
    return new Endpoint(
        new InstanceKey("echo", id), "one", "h", 1, 1, "", "", OriginTls.NONE, new EndpointState());
  }

  /** A request that has come at 0, with so many tries. */
  private Tries tries(int most, Endpoint... open) {
    Route route =
        new Route(
            "echo",
            "",
            "",
            true,
            Strategy.ROUND_ROBIN,
            Affinity.NONE,
            "",
            Map.of(),
            most,
            0,
            0,
            0,
            0,
            0);
    List<Endpoint> all = List.of(open);
    Pool pool = new Pool("echo", "c", all, all, "instances", false, route);
    Target target = new Target(pool, route, Guard.NONE, "/", new Roles());
    Tries tries = new Tries(budget, new ProxyMeters(new Meters(registry)), target, LIMITS);
    assertThat(tries.beginNs(0)).isEqualTo(30 * S);
    return tries;
  }

  private static void send(Tries tries, Endpoint to) {
    tries.to(to);
    tries.sending();
  }

  private void spend(long nowNs) {
    boolean gives = true;
    while (gives) {
      gives = budget.take(nowNs);
    }
  }

  private double counter(String name) {
    return registry.get(name).counter().count();
  }

  private static void refuse(Endpoint endpoint, long nowNs) {
    assertThat(endpoint.state().unreachable(nowNs)).isEqualTo(EndpointState.Change.EJECTED);
  }

  @Test
  void a_slow_one_is_left_for_another_after_the_time_of_a_try() {
    Tries tries = tries(0, a, b);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);

    assertThat(tries.after(Event.OVERDUE, true, 5 * S)).isEqualTo(new Another(0, 25 * S));

    send(tries, b);
    assertThat(tries.responseNs(true, 5 * S)).isEqualTo(25 * S);
  }

  @Test
  void it_is_waited_for_when_the_budget_does_not_give() {
    Tries tries = tries(0, a, b);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);
    spend(5 * S);

    assertThat(tries.after(Event.OVERDUE, true, 5 * S)).isEqualTo(new Stays(25 * S));
    assertThat(counter(Meters.PROXY_RETRY_OVERFLOWS)).isEqualTo(1);
    assertThat(tries.after(Event.OVERDUE, true, 30 * S)).isEqualTo(ENDS);
  }

  @Test
  void it_is_waited_for_when_something_is_held_against_all_others() {
    Tries tries = tries(0, a, b);
    refuse(b, 0);
    send(tries, a);
    // It might be asked if this one failed, once its ejection is over.
    assertThat(tries.responseNs(true, 2 * S)).isEqualTo(5 * S);

    assertThat(tries.after(Event.OVERDUE, true, 7 * S)).isEqualTo(new Stays(25 * S));
    assertThat(tries.after(Event.UNANSWERED, true, 7 * S)).isEqualTo(new Another(0, 25 * S));
  }

  @ParameterizedTest
  @EnumSource(
      value = Event.class,
      names = {"UNANSWERED", "ERROR"})
  void one_that_refuses_connections_is_none_that_is_left(Event event) {
    Tries tries = tries(0, a, b);
    refuse(b, 0);
    send(tries, a);

    assertThat(tries.responseNs(true, 0)).isEqualTo(30 * S);
    assertThat(tries.after(event, true, 0)).isEqualTo(ENDS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Event.class,
      names = {"UNANSWERED", "STALE", "ERROR"})
  void from_one_that_takes_no_new_traffic_it_goes_to_the_only_one_that_does(Event event) {
    Tries tries = tries(0, b);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);

    assertThat(tries.after(event, true, 0)).isEqualTo(new Another(0, 30 * S));
  }

  @Test
  void what_is_not_sent_uses_up_no_try_be_it_that_there_is_no_room() {
    Tries tries = tries(1, a, b, c, d);
    for (Endpoint endpoint : List.of(a, b, c)) {
      tries.to(endpoint);
      tries.notSent(endpoint, "full", endpoint.equals(b));
      assertThat(tries.after(Event.UNSENT, false, S)).isEqualTo(new Another(0, 29 * S));
    }
    send(tries, d);
    assertThat(tries.responseNs(false, S)).isEqualTo(30 * S);
    assertThat(tries.nobody(S).code()).isEqualTo("overloaded");
    assertThat(registry.find(Meters.PROXY_RETRIES).counter()).isNull();
  }

  @Test
  void ten_that_take_no_connection_end_it() {
    Endpoint[] many = new Endpoint[20];
    for (int i = 0; i < many.length; i++) {
      many[i] = endpoint("i" + i);
    }
    Tries tries = tries(0, many);
    List<Course> courses = new ArrayList<>();
    for (int i = 0; i < Tries.MAX_UNSENT; i++) {
      tries.to(many[i]);
      tries.notSent(many[i], "refused", false);
      courses.add(tries.after(Event.UNSENT, true, 0));
    }
    assertThat(courses).hasSize(Tries.MAX_UNSENT).endsWith(ENDS);
    assertThat(courses.subList(0, Tries.MAX_UNSENT - 1)).containsOnly(new Another(0, 30 * S));
  }

  @Test
  void tries_end_and_the_last_has_all_the_time_that_is_left() {
    Tries tries = tries(2, a, b, c);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);
    assertThat(tries.after(Event.UNANSWERED, true, S)).isEqualTo(new Another(0, 29 * S));
    send(tries, b);
    assertThat(tries.responseNs(true, S)).isEqualTo(29 * S);
    assertThat(tries.after(Event.UNANSWERED, true, S)).isEqualTo(ENDS);
    assertThat(counter(Meters.PROXY_RETRIES)).isEqualTo(1);
  }

  @Test
  void a_kept_connection_that_ends_is_made_anew_when_there_is_no_other() {
    Tries tries = tries(0, a);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(30 * S);

    assertThat(tries.after(Event.STALE, false, S)).isEqualTo(ENDS);
    assertThat(tries.after(Event.IDLED, false, S)).isEqualTo(ENDS);
    assertThat(tries.after(Event.IDLED, true, S)).isEqualTo(new Again(29 * S));
    assertThat(tries.after(Event.STALE, true, S)).isEqualTo(new Again(29 * S));
    tries.sending();
    assertThat(counter(Meters.PROXY_RETRIES)).isEqualTo(1);
  }

  @Test
  void a_second_error_is_asked_for_again_after_a_while() {
    Tries tries = tries(3, a, b, c);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);
    assertThat(tries.after(Event.ERROR, true, 0)).isEqualTo(new Another(0, 30 * S));
    send(tries, b);

    assertThat(tries.after(Event.ERROR, true, 0))
        .isInstanceOfSatisfying(
            Another.class, another -> assertThat(another.withinNs()).isPositive());
  }

  @ParameterizedTest
  @EnumSource(Event.class)
  void nothing_goes_on_when_the_time_is_over(Event event) {
    Tries tries = tries(0, a, b);
    send(tries, a);
    assertThat(tries.responseNs(true, 0)).isEqualTo(5 * S);

    assertThat(tries.after(event, true, 30 * S)).isEqualTo(ENDS);
  }

  @Test
  void what_the_client_needed_for_its_body_is_not_taken_from_the_next_try() {
    Tries tries = tries(0, a, b);
    send(tries, a);

    assertThat(tries.after(Event.UNANSWERED, true, 40 * S)).isEqualTo(new Another(0, 30 * S));
    send(tries, b);
    // It does not take the body: there is nothing to wait for.
    assertThat(tries.after(Event.OVERDUE, true, 60 * S)).isEqualTo(ENDS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Event.class,
      names = {"UNANSWERED", "STALE", "IDLED", "ERROR"})
  void what_must_not_be_sent_twice_is_not(Event event) {
    Tries tries = tries(0, a, b);
    send(tries, a);
    assertThat(tries.responseNs(false, 0)).isEqualTo(30 * S);

    assertThat(tries.after(event, false, S)).isEqualTo(ENDS);
  }
}
