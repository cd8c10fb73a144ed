package io.hawser.bus.client.hard;

import io.hawser.bus.WireException;
import io.hawser.bus.WireFormat;
import io.hawser.bus.client.hard.HardState.Held;
import io.hawser.model.Blob;
import io.hawser.model.Facet;
import io.hawser.model.FacetKey;
import io.hawser.model.StorageMessage.Kept;
import io.hawser.model.StorageOp.KeyMeta;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records as values of the store: {@link Kept} in the one wire form. Thread-safe. */
final class RecordFormat {
  private static final Logger log = LoggerFactory.getLogger(RecordFormat.class);

  private final WireFormat format = new WireFormat(List.of());

  Blob encode(FacetKey key, Facet value) {
    return Blob.wrap(format.encode(new Kept(key, value)).getBytes());
  }

  /** Empty when a newer version has written it. */
  Optional<Facet> decode(String key, Blob value) {
    try {
      return format.decode(Buffer.buffer(value.toBytes())) instanceof Kept kept
          ? Optional.of(kept.value())
          : Optional.empty();
    } catch (WireException e) {
      log.warn("record cannot be read, and is left out key={} cause={}", key, e.getMessage());
      return Optional.empty();
    }
  }

  /** A record from what the store has under its key; empty when that is no record. */
  Optional<Held<Facet>> held(String key, KeyMeta meta, Blob value) {
    return HardKeys.parse(key)
        .flatMap(
            named -> decode(key, value).map(facet -> new Held<>(named, facet, meta.modRevision())));
  }
}
