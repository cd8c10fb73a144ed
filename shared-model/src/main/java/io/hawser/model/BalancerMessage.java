package io.hawser.model;

import io.hawser.model.Facet.Strategy;

/** What balancers are asked for. */
public sealed interface BalancerMessage extends HawserMessage {
  /**
   * Asks a balancer which instance it would send a request to now. Answered by {@link Picked};
   * refused with {@code unknown-service}, {@code no-instance} or {@code role-unconfirmed}.
   *
   * @param key what keeps a client with an instance, under consistent hashing; empty without
   */
  @Wire(280)
  record AskPick(String service, Strategy strategy, String key) implements BalancerMessage {}

  @Wire(281)
  record Picked(InstanceKey instance) implements BalancerMessage {}
}
