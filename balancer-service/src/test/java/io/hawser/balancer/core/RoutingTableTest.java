package io.hawser.balancer.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.Facet.Affinity;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Route;
import io.hawser.model.Facet.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static RoutingTable table(Map<String, Route> routes) {
    return Catalogs.builder()
        .build(
            List.of(
                Catalogs.service("echo", Catalogs.instance("echo", "e1", 1, Health.UP)),
                Catalogs.service("shop", Catalogs.instance("shop", "s1", 1, Health.UP))),
            Set.of(),
            routes,
            0);
  }

  private static String to(RoutingTable table, String host, String uri) {
    return table.match(host, uri).map(t -> t.pool().service() + " " + t.uri()).orElse("nowhere");
  }

  @Test
  void the_default_route_takes_the_service_off_the_path_and_keeps_the_query() {
    RoutingTable table = table(Map.of());

    assertThat(to(table, "h", "/echo")).isEqualTo("echo /");
    assertThat(to(table, "h", "/echo/")).isEqualTo("echo /");
    assertThat(to(table, "h", "/echo?a=/b")).isEqualTo("echo /?a=/b");
    assertThat(to(table, "h", "/echo/a/b?c=d&e")).isEqualTo("echo /a/b?c=d&e");
    assertThat(to(table, "h", "/echo//a%2Fb")).isEqualTo("echo //a%2Fb");
    assertThat(table.match("h", "/echo").map(Target::strategy)).contains(Strategy.TWO_CHOICES);
    assertThat(table.match("h", "/echo").map(Target::affinity)).contains(Affinity.NONE);
  }

  @Test
  void an_asterisk_goes_nowhere_whatever_routes_there_are() {
    Route any = new Route("echo", "", "/api", true, Strategy.TWO_CHOICES, Affinity.NONE);

    assertThat(to(table(Map.of("any", any)), "h", "*")).isEqualTo("nowhere");
    assertThat(to(table(Map.of()), "h", "*")).isEqualTo("nowhere");
  }

  @Test
  void what_names_no_service_goes_nowhere() {
    RoutingTable table = table(Map.of());

    assertThat(to(table, "h", "/")).isEqualTo("nowhere");
    assertThat(to(table, "h", "/?echo")).isEqualTo("nowhere");
    assertThat(to(table, "h", "//echo")).isEqualTo("nowhere");
    assertThat(to(table, "h", "/echos")).isEqualTo("nowhere");
    assertThat(to(table, "h", "/ECHO")).isEqualTo("nowhere");
  }

  @Test
  void the_longest_prefix_that_ends_on_a_segment_border_wins() {
    RoutingTable table =
        table(
            Map.of(
                "api", Catalogs.route("echo", "", "/api", true),
                "v2", Catalogs.route("shop", "", "/api/v2/", true)));

    assertThat(to(table, "h", "/api")).isEqualTo("echo /");
    assertThat(to(table, "h", "/api/v1?x")).isEqualTo("echo /v1?x");
    assertThat(to(table, "h", "/api/v2")).isEqualTo("shop /");
    assertThat(to(table, "h", "/api/v2/x/y")).isEqualTo("shop /x/y");
    assertThat(to(table, "h", "/api/v22")).isEqualTo("echo /v22");
    assertThat(to(table, "h", "/apis")).isEqualTo("nowhere");
    assertThat(table.match("h", "/api").map(Target::affinity)).contains(Affinity.COOKIE);
  }

  @Test
  void a_route_may_keep_its_prefix() {
    RoutingTable table = table(Map.of("r", Catalogs.route("echo", "", "/api", false)));

    assertThat(to(table, "h", "/api/x?y")).isEqualTo("echo /api/x?y");
  }

  @Test
  void a_route_of_the_host_comes_before_one_of_any_host() {
    RoutingTable table =
        table(
            Map.of(
                "any", Catalogs.route("echo", "", "/api/v1", true),
                "host", Catalogs.route("shop", "Shop.Example", "/", true)));

    assertThat(to(table, "shop.example", "/api/v1/x")).isEqualTo("shop /api/v1/x");
    assertThat(to(table, "SHOP.example.:8080", "/x")).isEqualTo("shop /x");
    assertThat(to(table, "other", "/api/v1/x")).isEqualTo("echo /x");
    assertThat(to(table, "other", "/shop/x")).isEqualTo("shop /x");
  }

  @Test
  void an_address_in_brackets_is_a_host() {
    RoutingTable table = table(Map.of("r", Catalogs.route("shop", "[::1]", "", true)));

    assertThat(to(table, "[::1]:8080", "/x")).isEqualTo("shop /x");
    assertThat(to(table, "[::1]", "/x")).isEqualTo("shop /x");
  }

  @Test
  void of_two_routes_for_the_same_the_lower_name_counts() {
    RoutingTable table =
        table(
            Map.of(
                "b", Catalogs.route("echo", "", "/x", true),
                "a", Catalogs.route("shop", "", "/x/", true)));

    assertThat(to(table, "h", "/x/y")).isEqualTo("shop /y");
  }

  @Test
  void a_service_that_only_a_route_or_a_backup_names_is_known_and_empty() {
    RoutingTable table =
        Catalogs.builder()
            .build(
                List.of(), Set.of("cold"), Map.of("r", Catalogs.route("ghost", "", "/g", true)), 0);

    assertThat(table.match("h", "/g/x").map(t -> t.pool().census())).contains("0 instances");
    assertThat(table.match("h", "/cold/x").map(t -> t.pool().open())).contains(List.of());
  }

  @Test
  void the_match_is_what_a_plain_search_through_all_prefixes_finds() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 300; round++) {
      Map<String, Route> routes = new HashMap<>();
      for (int i = 0; i < random.nextInt(6); i++) {
        routes.put("r" + i, Catalogs.route("svc" + i, "", path(random), true));
      }
      RoutingTable table = Catalogs.builder().build(List.of(), Set.of(), routes, 0);
      for (int i = 0; i < 20; i++) {
        String path = "/" + path(random);
        Optional<String> expected = search(routes, path);
        // Nothing but routes is named here that the default route could find.
        assertThat(table.match("h", path).map(t -> t.pool().service()))
            .as("seed 3 round %d path %s routes %s", round, path, routes)
            .isEqualTo(expected);
      }
    }
  }

  private static Optional<String> search(Map<String, Route> routes, String path) {
    String best = null;
    int longest = -1;
    for (Route route : new TreeMap<>(routes).values()) {
      String prefix = "/" + route.pathPrefix();
      prefix = prefix.replaceAll("/+$", "");
      boolean matches = path.equals(prefix) || path.startsWith(prefix + "/");
      if (matches && prefix.length() > longest) {
        longest = prefix.length();
        best = route.service();
      }
    }
    return Optional.ofNullable(best);
  }

  private static String path(SplittableRandom random) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < random.nextInt(4); i++) {
      path.append(i == 0 ? "" : "/").append(random.nextInt(3) == 0 ? "a" : "ab");
    }
    return path.toString();
  }
}
