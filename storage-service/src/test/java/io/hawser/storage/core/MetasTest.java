package io.hawser.storage.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.StorageOp.KeyMeta;
import io.hawser.model.StorageOp.Life;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetasTest {
  private final Metas metas = new Metas();
  private final List<String> asked = new ArrayList<>();

  private static Optional<KeyMeta> meta(long revision) {
    return Optional.of(new KeyMeta(revision, revision, 1, 0, Life.FOREVER));
  }

  private Optional<KeyMeta> of(String key) {
    return metas.of(
        key,
        k -> {
          asked.add(k);
          return meta(7);
        });
  }

  @Test
  void the_store_is_asked_once_for_a_key() {
    assertThat(of("a")).isEqualTo(meta(7));
    assertThat(of("a")).isEqualTo(meta(7));
    assertThat(asked).containsExactly("a");
  }

  @Test
  void what_a_key_became_counts_also_that_it_is_gone() {
    assertThat(of("a")).isEqualTo(meta(7));
    metas.became("a", meta(8));
    assertThat(of("a")).isEqualTo(meta(8));
    metas.became("a", Optional.empty());
    assertThat(of("a")).isEmpty();
    assertThat(asked).containsExactly("a");
  }

  @Test
  void a_bounded_number_of_keys_is_kept_those_that_were_used_last() {
    for (int i = 0; i < Metas.MOST; i++) {
      assertThat(of("k" + i)).isPresent();
    }
    asked.clear();
    assertThat(of("k0")).isPresent();
    assertThat(of("one more")).isPresent();
    assertThat(of("k0")).isPresent();
    assertThat(asked).containsExactly("one more");
    assertThat(of("k1")).isPresent();
    assertThat(asked).containsExactly("one more", "k1");
  }

  @Test
  void a_long_key_is_not_kept() {
    String key = "k".repeat(Metas.LONGEST + 1);
    assertThat(of(key)).isPresent();
    assertThat(of(key)).isPresent();
    assertThat(asked).hasSize(2);
  }
}
