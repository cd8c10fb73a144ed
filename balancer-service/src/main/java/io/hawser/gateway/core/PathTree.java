package io.hawser.gateway.core;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.hawser.gateway.json.Problem;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Patterns of paths, and what each stands for. A pattern is made of words, {@code {names}} for one
 * segment each, and at its end perhaps {@code {name...}} for the rest. Words go before names. Not
 * thread-safe while patterns are added.
 */
public final class PathTree<T> {
  /** More than a request line has room for. */
  private static final int MAX_SEGMENTS = 8_192;

  /**
   * A path that fits.
   *
   * @param names what each name of the pattern is in the path, decoded once
   */
  public record Match<T>(String pattern, T value, Map<String, String> names) {}

  private record Leaf<T>(String pattern, List<String> segments, T value) {
    Leaf(String pattern, T value) {
      this(pattern, PathTree.segments(pattern), value);
    }
  }

  private static final class Node<T> {
    private final Map<String, Node<T>> words = new HashMap<>();
    private Optional<Node<T>> name = Optional.empty();
    private Optional<Leaf<T>> leaf = Optional.empty();
    private Optional<Leaf<T>> rest = Optional.empty();
  }

  private final Node<T> root = new Node<>();

  /** What the pattern stands for; made by the supplier when it is new. */
  @CanIgnoreReturnValue
  public T add(String pattern, Supplier<T> value) {
    Node<T> node = root;
    for (String segment : segments(pattern)) {
      if (segment.endsWith("...}")) {
        if (node.rest.isEmpty()) {
          node.rest = Optional.of(new Leaf<>(pattern, value.get()));
        }
        return node.rest.get().value();
      }
      node = child(node, segment);
    }
    if (node.leaf.isEmpty()) {
      node.leaf = Optional.of(new Leaf<>(pattern, value.get()));
    }
    return node.leaf.get().value();
  }

  private static <T> Node<T> child(Node<T> node, String segment) {
    if (!segment.startsWith("{")) {
      return node.words.computeIfAbsent(segment, s -> new Node<>());
    }
    if (node.name.isEmpty()) {
      node.name = Optional.of(new Node<>());
    }
    return node.name.get();
  }

  /**
   * The pattern that fits a path.
   *
   * @param path not decoded, starting with a slash
   * @throws Problem {@code bad-encoding}
   */
  public Optional<Match<T>> match(String path) {
    return match(path, value -> true);
  }

  /**
   * As {@link #match(String)}, among the patterns that stand for something acceptable.
   *
   * @throws Problem {@code bad-encoding}
   */
  public Optional<Match<T>> match(String path, Predicate<T> acceptable) {
    List<String> parts = segments(path);
    if (parts.size() > MAX_SEGMENTS) {
      return Optional.empty();
    }
    List<String> decoded = Percent.needless(path) ? parts : decoded(parts);
    return find(root, decoded, 0, acceptable)
        .map(leaf -> new Match<>(leaf.pattern(), leaf.value(), names(leaf.segments(), decoded)));
  }

  private static List<String> decoded(List<String> parts) {
    return parts.stream().map(p -> Percent.decode(p, false)).toList();
  }

  private static <T> Optional<Leaf<T>> find(
      Node<T> node, List<String> parts, int at, Predicate<T> acceptable) {
    if (at == parts.size()) {
      return node.leaf.filter(leaf -> acceptable.test(leaf.value()));
    }
    Node<T> word = node.words.get(parts.get(at));
    Optional<Leaf<T>> found =
        word == null ? Optional.empty() : find(word, parts, at + 1, acceptable);
    return found
        .or(() -> node.name.flatMap(n -> find(n, parts, at + 1, acceptable)))
        .or(() -> node.rest.filter(leaf -> acceptable.test(leaf.value())));
  }

  private static Map<String, String> names(List<String> segments, List<String> parts) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.endsWith("...}")) {
        names.put(
            segment.substring(1, segment.length() - 4),
            String.join("/", parts.subList(i, parts.size())));
      } else if (segment.startsWith("{")) {
        names.put(segment.substring(1, segment.length() - 1), parts.get(i));
      }
    }
    return names;
  }

  private static List<String> segments(String path) {
    List<String> segments = Arrays.asList(path.split("/", -1));
    return segments.subList(1, segments.size());
  }
}
