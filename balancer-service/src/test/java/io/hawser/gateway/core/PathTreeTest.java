package io.hawser.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PathTreeTest {
  private final PathTree<String> tree = new PathTree<>();

  @BeforeEach
  void patterns() {
    for (String pattern :
        new String[] {"/a", "/a/{x}", "/a/b", "/a/{x}/c", "/a/{x}/{y}", "/kv/{key...}", "/kv"}) {
      tree.add(pattern, () -> pattern);
    }
  }

  private String pattern(String path) {
    return tree.match(path).map(PathTree.Match::pattern).orElse("none");
  }

  private Map<String, String> names(String path) {
    return tree.match(path).map(PathTree.Match::names).orElse(Map.of());
  }

  @Test
  void words_go_before_names() {
    assertThat(pattern("/a/b")).isEqualTo("/a/b");
    assertThat(pattern("/a/z")).isEqualTo("/a/{x}");
    assertThat(pattern("/a/b/c")).isEqualTo("/a/{x}/c");
    assertThat(names("/a/b/d")).isEqualTo(Map.of("x", "b", "y", "d"));
  }

  @Test
  void a_rest_takes_all_that_follows() {
    assertThat(names("/kv/a/b%2Fc/")).isEqualTo(Map.of("key", "a/b/c/"));
    assertThat(pattern("/kv")).isEqualTo("/kv");
  }

  @Test
  void what_does_not_fit_is_not_found() {
    assertThat(tree.match("/")).isEmpty();
    assertThat(tree.match("/a/")).isNotEmpty();
    assertThat(tree.match("/a/b/c/d")).isEqualTo(Optional.empty());
    assertThat(tree.match("/A")).isEmpty();
  }

  @Test
  void a_segment_is_decoded_once() {
    assertThat(names("/a/%2541+%C3%A9")).isEqualTo(Map.of("x", "%41+\u00e9"));
  }
}
