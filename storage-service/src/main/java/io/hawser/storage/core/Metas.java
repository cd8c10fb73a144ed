package io.hawser.storage.core;

import io.hawser.model.StorageOp.KeyMeta;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the keys that were used last are, without their values: a change asks for its key once or
 * more, and the keys that are written often are few. Whoever changes a key says so here. Not
 * thread-safe: owned by one {@link StateMachine}.
 */
final class Metas {
  static final int MOST = 8_192;

  /** A longer key is not kept. */
  static final int LONGEST = 256;

  private final Map<String, Optional<KeyMeta>> last =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<KeyMeta>> eldest) {
          return size() > MOST;
        }
      };

  /**
   * What a key is.
   *
   * @param store knows it of every key
   */
  Optional<KeyMeta> of(String key, Function<String, Optional<KeyMeta>> store) {
    Optional<KeyMeta> known = last.get(key);
    if (known != null) {
      return known;
    }
    Optional<KeyMeta> found = store.apply(key);
    became(key, found);
    return found;
  }

  void became(String key, Optional<KeyMeta> meta) {
    if (key.length() <= LONGEST) {
      Optional<KeyMeta> unused = last.put(key, meta);
    }
  }
}
