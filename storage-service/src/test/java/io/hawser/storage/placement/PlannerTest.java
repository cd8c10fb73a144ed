package io.hawser.storage.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.NodeId;
import io.hawser.model.RosterMessage.GroupReplicas;
import io.hawser.model.RosterMessage.NodeState;
import io.hawser.model.RosterMessage.OrderVerb;
import io.hawser.model.RosterMessage.Roster;
import io.hawser.storage.placement.PlacementWorld.Node;
import io.hawser.storage.placement.Step.Asked;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
  private static final NodeId N0 = new NodeId("n0");

  private static PlacementWorld three(int shards) {
    PlacementWorld world = new PlacementWorld(shards);
    world.add("n1", "z1");
    world.add("n2", "z2");
    world.settle();
    return world;
  }

  private static Map<String, Set<NodeId>> voters(PlacementWorld world) {
    Map<String, Set<NodeId>> voters = new TreeMap<>();
    world.voters.forEach((group, ids) -> voters.put(group, Set.copyOf(ids)));
    return voters;
  }

  @Test
  void a_second_node_gets_no_replica_and_a_third_makes_three_in_one_change() {
    PlacementWorld world = new PlacementWorld(1);
    world.add("n1", "z1");
    world.settle();
    assertThat(world.voters("meta")).containsExactly(N0);

    world.add("n2", "z2");
    world.settle();

    assertThat(world.voters("meta")).hasSize(3);
    assertThat(world.voters("data-0")).hasSize(3);
    List<Step.Voters> changes =
        world.steps.stream()
            .filter(Step.Voters.class::isInstance)
            .map(Step.Voters.class::cast)
            .toList();
    assertThat(changes).hasSize(2).allSatisfy(c -> assertThat(c.voters()).hasSize(3));
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 64})
  void a_fourth_node_gets_its_share_and_moves_no_more_than_one_replica_of_a_shard(int shards) {
    PlacementWorld world = three(shards);
    Map<String, Set<NodeId>> before = voters(world);
    NodeId fourth = world.add("n3", "z3").id;

    world.settle();

    Map<String, Set<NodeId>> after = voters(world);
    after.forEach(
        (group, now) -> {
          Set<NodeId> came = new HashSet<>(now);
          came.removeAll(before.getOrDefault(group, Set.of()));
          assertThat(now).hasSize(3);
          assertThat(came).as(group).isSubsetOf(fourth);
        });
    long moved = after.values().stream().filter(v -> v.contains(fourth)).count();
    long ideal =
        after.keySet().stream()
            .filter(
                g -> Ranking.pick(g, Ranking.candidates(world.roster).values(), 3).contains(fourth))
            .count();
    assertThat(moved).isEqualTo(ideal);
    if (shards == 64) {
      double percentOfReplicas = 100.0 * moved / (3.0 * after.size());
      assertThat(percentOfReplicas).isBetween(20.0, 30.0);
    }
  }

  @Test
  void a_node_that_drains_gives_everything_away_and_is_removed() {
    PlacementWorld world = three(3);
    world.add("n3", "z3");
    world.settle();

    world.state("n1", NodeState.DRAINING);
    world.settle();

    NodeId drained = new NodeId("n1");
    assertThat(world.voters.values())
        .allSatisfy(v -> assertThat(v).hasSize(3).doesNotContain(drained));
    assertThat(world.node("n1").replicas).isEmpty();
    assertThat(world.roster.node(drained).orElseThrow().state()).isEqualTo(NodeState.REMOVED);
  }

  @Test
  void one_of_three_does_not_drain_before_another_can_take_its_place() {
    PlacementWorld world = three(1);

    world.state("n1", NodeState.DRAINING);
    world.seconds(60);
    assertThat(world.voters("meta")).hasSize(3).contains(new NodeId("n1"));

    world.add("n3", "z3");
    world.settle();
    assertThat(world.voters("meta")).hasSize(3).doesNotContain(new NodeId("n1"));
  }

  @Test
  void a_lost_node_is_replaced_after_its_time_and_not_before() {
    PlacementWorld world = three(1);
    world.add("n3", "z3");
    world.settle();
    Node lost =
        world.nodes.values().stream()
            .filter(n -> n.replicas.contains("meta") && !world.leaders.containsValue(n.id))
            .findFirst()
            .orElseThrow();
    lost.up = false;

    world.seconds(590);
    assertThat(world.voters("meta")).contains(lost.id);
    world.seconds(30);
    world.settle();

    assertThat(world.voters("meta")).hasSize(3).doesNotContain(lost.id);
  }

  @Test
  void a_replaced_node_that_comes_back_gives_up_what_it_had_and_holds_up_nothing_meanwhile() {
    PlacementWorld world = three(1);
    world.add("n3", "z3");
    world.settle();
    Node lost =
        world.nodes.values().stream()
            .filter(n -> n.replicas.contains("meta") && !world.leaders.containsValue(n.id))
            .findFirst()
            .orElseThrow();
    lost.up = false;
    world.seconds(620);
    world.settle();
    assertThat(world.voters("meta")).doesNotContain(lost.id);

    lost.up = true;
    lost.refuses.add(new Asked(OrderVerb.DROP, lost.id, "meta"));
    Step first = world.second();
    assertThat(first).isEqualTo(new Step.Drop(lost.id, "meta", 7));
    world.seconds(2);
    assertThat(world.second()).isNotEqualTo(new Step.Drop(lost.id, "meta", 7));

    lost.refuses.clear();
    world.settle();
    assertThat(world.voters("meta")).hasSize(3);
  }

  @Test
  void a_wiped_disk_is_no_voter_before_it_joins_as_a_new_one() {
    PlacementWorld world = three(2);
    Node wiped = world.node("n2");
    world.wipe(wiped);
    int from = world.steps.size();

    world.settle();

    assertThat(world.voters.values()).allSatisfy(v -> assertThat(v).hasSize(3));
    assertThat(world.roster.node(wiped.id).orElseThrow().disk()).isEqualTo(wiped.disk);
    List<Step> steps = world.steps.subList(from, world.steps.size());
    List<Integer> sizes =
        steps.stream()
            .filter(Step.Voters.class::isInstance)
            .map(s -> ((Step.Voters) s).voters().size())
            .toList();
    assertThat(sizes).containsExactly(2, 2, 2, 3, 3, 3);
  }

  @Test
  void a_replica_that_vanished_alone_is_taken_out_and_filled_again() {
    PlacementWorld world = three(1);
    world.node("n1").replicas.remove("data-0");

    world.settle();

    assertThat(world.voters("data-0")).hasSize(3);
    assertThat(world.node("n1").replicas).contains("data-0");
  }

  @Test
  void a_replica_that_has_failed_goes_to_a_node_that_has_none() {
    PlacementWorld world = three(1);
    Node ill = world.node("n1");
    ill.failed.add("data-0");
    world.settle();
    assertThat(world.voters("data-0")).as("nobody else can have it").contains(ill.id);

    NodeId fourth = world.add("n3", "z3").id;
    world.settle();

    assertThat(world.voters("data-0")).hasSize(3).contains(fourth);
    assertThat(ill.failed).as("what was there is given up").isEmpty();
    assertThat(world.steps)
        .filteredOn(Step.Voters.class::isInstance)
        .allSatisfy(s -> assertThat(((Step.Voters) s).voters()).hasSize(3));
  }

  @Test
  void a_full_node_gets_no_new_replica_and_keeps_what_it_has() {
    PlacementWorld world = three(8);
    Node full = world.add("n3", "z3");
    full.used = full.capacity * 81 / 100;
    world.node("n0").used = world.node("n0").capacity * 95 / 100;

    world.settle();

    assertThat(full.replicas).isEmpty();
    assertThat(world.voters.values()).allSatisfy(v -> assertThat(v).contains(N0));
  }

  @Test
  void what_is_on_its_way_to_a_node_counts_as_stored_there() {
    PlacementWorld world = three(30);
    Node small = world.add("n3", "z3");
    small.used = small.capacity * 80 / 100 - 350;

    world.settle();

    assertThat(small.replicas.size()).isGreaterThan(0);
    Roster roster = world.roster;
    assertThat(roster.groups()).allSatisfy(g -> assertThat(g.replicas()).hasSize(3));
  }

  @Test
  void every_node_leads_about_as_many_groups() {
    PlacementWorld world = three(5);

    Map<NodeId, Long> leads =
        world.leaders.values().stream()
            .collect(Collectors.groupingBy(id -> id, TreeMap::new, Collectors.counting()));

    assertThat(leads.values()).containsExactly(2L, 2L, 2L);
  }

  @Test
  void a_node_at_a_new_address_keeps_its_replicas() {
    PlacementWorld world = three(1);
    world.node("n1").port = 9999;

    world.settle();

    assertThat(world.roster.node(new NodeId("n1")).orElseThrow().port()).isEqualTo(9999);
    assertThat(world.steps.getLast()).isInstanceOf(Step.Rest.class);
    assertThat(world.voters("meta")).hasSize(3);
  }

  @Test
  void a_node_that_went_before_it_took_its_place_is_not_waited_for() {
    PlacementWorld world = three(1);
    world.state("n2", NodeState.DRAINING);
    Node fourth = world.add("n3", "z3");
    while (!(world.second() instanceof Step.Open)) {
      assertThat(world.steps).hasSizeLessThan(500);
    }
    fourth.up = false;
    world.add("n4", "z4");

    world.seconds(60);
    world.settle();

    assertThat(world.voters("meta")).hasSize(3).contains(new NodeId("n4"));
  }

  @Test
  void a_node_that_refuses_every_replica_gets_none_and_holds_up_nobody() {
    PlacementWorld world = three(16);
    Node bad = world.add("n3", "z3");
    refuse(world, bad, OrderVerb.OPEN);
    NodeId good = world.add("n4", "z4").id;

    world.settle();

    assertThat(bad.replicas).isEmpty();
    assertThat(world.voters.values()).allSatisfy(v -> assertThat(v).hasSize(3));
    assertThat(world.voters.values()).filteredOn(v -> v.contains(good)).isNotEmpty();
  }

  private static void refuse(PlacementWorld world, Node node, OrderVerb verb) {
    world.voters.keySet().forEach(group -> node.refuses.add(new Asked(verb, node.id, group)));
  }

  @Test
  void a_group_whose_place_nobody_takes_holds_up_no_other() {
    PlacementWorld world = three(3);
    Node fourth = world.add("n3", "z3");
    fourth.refuses.add(new Asked(OrderVerb.OPEN, fourth.id, "data-0"));
    world.state("n1", NodeState.DRAINING);

    world.seconds(300);

    NodeId drained = new NodeId("n1");
    assertThat(world.voters("data-0")).hasSize(3).contains(drained);
    assertThat(world.roster.node(drained).orElseThrow().state()).isEqualTo(NodeState.DRAINING);
    for (String group : List.of("meta", "data-1", "data-2")) {
      assertThat(world.voters(group)).hasSize(3).doesNotContain(drained);
    }
    fourth.refuses.clear();
    world.settle();
    assertThat(world.voters("data-0")).hasSize(3).doesNotContain(drained);
  }

  @ParameterizedTest
  @EnumSource(
      value = NodeState.class,
      names = {"UP", "DRAINING"})
  void a_newcomer_that_does_not_catch_up_gives_its_place_to_another(NodeState state) {
    PlacementWorld world = three(1);
    Node slow = world.add("n3", "z3");
    refuse(world, slow, OrderVerb.VOTERS);
    world.state("n2", NodeState.DRAINING);
    while (!slow.replicas.contains("meta")) {
      world.second();
      assertThat(world.steps).hasSizeLessThan(500);
    }
    world.state("n3", state);
    world.add("n4", "z4");

    world.settle();

    assertThat(world.voters.values())
        .allSatisfy(v -> assertThat(v).hasSize(3).contains(new NodeId("n4")));
    assertThat(slow.replicas).isEmpty();
  }

  @Test
  void the_order_of_a_group_names_every_replica_once() {
    PlacementWorld world = three(7);
    List<GroupReplicas> groups = new ArrayList<>(world.roster.groups());
    assertThat(groups).allSatisfy(g -> assertThat(g.replicas()).doesNotHaveDuplicates().hasSize(3));
  }
}
