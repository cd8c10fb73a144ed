package io.hawser.drill.storage;

import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What can be done to a store. */
enum StoreFault {
  /** kill -9 of the leader or of any node, and a restart. */
  KILL,
  /** SIGSTOP of the leader or of any node, and SIGCONT. */
  STOP,
  /** The leader, or any node, is cut off from all others. */
  PARTITION,
  /** Two nodes cannot reach each other, and both reach the third. */
  BRIDGE,
  /** A node is drained of its replicas, and given some again. */
  MEMBERSHIP,
  /** A node's disk fills up, and is emptied. */
  DISKFULL,
  /** Any of the others, each time another. */
  MIXED;

  /** By the names that are given to {@code --faults}; all when there are none. */
  static List<StoreFault> named(List<String> names) {
    return names.isEmpty() ? List.of(values()) : names.stream().map(StoreFault::named).toList();
  }

  private static StoreFault named(String name) {
    return Stream.of(values())
        .filter(fault -> fault.label().equals(name.strip()))
        .findFirst()
        .orElseThrow(
            () ->
                new CliFailure(
                    ExitCode.USAGE,
                    "there is no fault '" + name + "' of the store",
                    "",
                    "there are " + Stream.of(values()).map(StoreFault::label).toList()));
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the nodes have to be in namespaces for it. */
  boolean network() {
    return this == PARTITION || this == BRIDGE || this == MIXED;
  }

  /** Whether it needs a node more than the replicas are. */
  boolean spare() {
    return this == MEMBERSHIP || this == MIXED;
  }

  /** Whether the nodes need small disks for it. */
  boolean disk() {
    return this == DISKFULL || this == MIXED;
  }
}
