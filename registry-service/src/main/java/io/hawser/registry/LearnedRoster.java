package io.hawser.registry;

import io.hawser.model.DetectionMessage.RosterMark;
import io.hawser.model.NodeId;
import io.hawser.registry.core.roster.RosterBook;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roster as registry nodes learn it of one another, kept in a file of the node; or, when it is
 * pinned, what the settings say. On one event loop.
 */
final class LearnedRoster {
  static final String FILE = "registry-roster.txt";

  private static final Logger log = LoggerFactory.getLogger(LearnedRoster.class);
  private static final int FIELDS = 3;

  private final Vertx vertx;
  private final Path file;
  private final Set<NodeId> pinned;
  private final RosterBook book;
  private Future<Void> writing = Future.succeededFuture();

  private LearnedRoster(Vertx vertx, Path file, Set<NodeId> pinned, RosterBook book) {
    this.vertx = vertx;
    this.file = file;
    this.pinned = pinned;
    this.book = book;
  }

  /**
   * Reads what this node knew when it stopped.
   *
   * @param pinned node ids separated by commas; empty: none
   */
  static Future<LearnedRoster> open(
      Vertx vertx, Path directory, String pinned, NodeId self, long wallMs) {
    Path file = directory.resolve(FILE);
    Set<NodeId> ids = ids(pinned);
    return vertx
        .executeBlocking(() -> read(file))
        .map(kept -> new LearnedRoster(vertx, file, ids, new RosterBook(self, kept, wallMs)))
        .compose(roster -> roster.keep().map(roster));
  }

  private static Set<NodeId> ids(String text) {
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .filter(id -> !id.isEmpty())
        .map(NodeId::new)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<RosterMark> read(Path file) throws IOException {
    List<RosterMark> marks = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        try {
          String[] fields = line.split(" ", -1);
          if (fields.length == FIELDS) {
            boolean left = fields[2].equals("left");
            marks.add(new RosterMark(new NodeId(fields[0]), Long.parseLong(fields[1]), left));
          }
        } catch (IllegalArgumentException e) {
          log.warn("line of the roster not understood file={} line=\"{}\"", file, line);
        }
      }
    }
    return marks;
  }

  Set<NodeId> members() {
    return pinned.isEmpty() ? book.members() : pinned;
  }

  boolean pinned() {
    return !pinned.isEmpty();
  }

  /** What to tell other nodes. */
  List<RosterMark> marks() {
    return book.marks();
  }

  /** Takes in what another node knows. Returns whether anything is new. */
  boolean merge(List<RosterMark> marks, long wallMs) {
    Set<NodeId> before = members();
    boolean changed = book.merge(marks, wallMs);
    if (changed) {
      if (!before.equals(members())) {
        log.info("registry nodes learned of nodes={}", members());
      }
      keepOrSay();
    }
    return changed;
  }

  private void keepOrSay() {
    keep().onFailure(e -> log.error("registry roster not kept file={}", file, e));
  }

  /** An operator has taken a node out. Returns whether it was known here. */
  boolean forget(NodeId node) {
    boolean known = book.forget(node);
    if (known) {
      log.warn("registry node taken out by an operator node={} left={}", node, members());
      keepOrSay();
    }
    return known;
  }

  /** This node is about to stop in good order. */
  Future<Void> leave(long wallMs) {
    book.leave(wallMs);
    return keep();
  }

  private Future<Void> keep() {
    List<RosterMark> marks = book.marks();
    writing = writing.eventually(() -> vertx.executeBlocking(() -> write(marks)));
    return writing;
  }

  private Void write(List<RosterMark> marks) throws IOException {
    List<String> lines =
        marks.stream()
            .map(m -> m.node() + " " + m.stamp() + " " + (m.left() ? "left" : "member"))
            .toList();
    Path part = file.resolveSibling(FILE + ".part");
    Files.write(part, lines);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return null;
  }
}
