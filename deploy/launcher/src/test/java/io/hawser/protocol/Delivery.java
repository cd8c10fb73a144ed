package io.hawser.protocol;

import io.hawser.bus.client.FailoverClient;
import io.hawser.bus.client.hard.HardKeys;
import io.hawser.bus.client.storage.Results;
import io.hawser.model.Facet;
import io.hawser.model.Facet.Role;
import io.hawser.model.Facet.RoleRecord;
import io.hawser.model.FacetKey;
import io.hawser.model.Outcome;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.LeaseState;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnDone;
import io.hawser.model.StorageOp.TxnWrite;
import io.hawser.model.StorageOp.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What becomes of a letter where it arrives, and what is wrong with that. What a driver asks before
 * it starts a process is as in {@code LeaseMandate}, which lives with the bus.
 */
final class Delivery {
  private final Scene scene;

  Delivery(Scene scene) {
    this.scene = scene;
  }

  Outcome<Long> deliver(Letter letter) {
    return switch (letter) {
      case Letter.Records records -> write(records);
      case Letter.Change change -> {
        Ledger.Changed changed = scene.ledger.change(change.op());
        scene.ledger = changed.next();
        yield Results.expect(Written.class, new Outcome.Ok<>(changed.result()))
            .map(Written::revision);
      }
      case Letter.Start start -> start(start);
    };
  }

  // ---- records

  private Outcome<Long> write(Letter.Records letter) {
    long begun = scene.ledger.highest(FailoverClient.LEASE);
    Ledger.Changed changed = scene.ledger.change(transaction(letter));
    scene.ledger = changed.next();
    return switch (Results.expect(TxnDone.class, new Outcome.Ok<>(changed.result()))) {
      case Outcome.Ok<TxnDone> ok -> {
        if (!ok.value().succeeded()) {
          yield new Outcome.Rejected<>(Results.REVISION_MISMATCH, "");
        }
        if (letter.term() < begun) {
          scene.wrong = Optional.of("the store took a write of a manager that was followed");
        }
        letter.values().forEach(this::issued);
        yield new Outcome.Ok<>(ok.value().revision());
      }
      case Outcome.Rejected<TxnDone> rejected -> rejected.cast();
      case Outcome.Unknown<TxnDone> unknown -> unknown.cast();
    };
  }

  private Txn transaction(Letter.Records letter) {
    List<Compare> compares = new ArrayList<>();
    List<TxnWrite> writes = new ArrayList<>();
    letter
        .values()
        .forEach(
            (key, value) -> {
              long expected = letter.expected().getOrDefault(key, 0L);
              Expect expect = expected == 0 ? Expect.ABSENT : Expect.revision(expected);
              compares.add(new Compare(HardKeys.of(key), expect));
              writes.add(
                  new TxnWrite(HardKeys.of(key), Optional.of(Ledger.blob(value)), Life.FOREVER));
            });
    Fault fault = scene.rules.fault();
    return new Txn(
        fault == Fault.BLIND_STORE ? List.of() : compares,
        writes,
        List.of(),
        fault == Fault.TERM_UNCHECKED
            ? List.of()
            : List.of(new Fence(FailoverClient.LEASE, letter.term())));
  }

  /**
   * Somebody is active from now on: nobody was under this epoch, and what others write is refused.
   */
  private void issued(FacetKey key, Facet value) {
    if (!(value instanceof RoleRecord role) || role.role() != Role.ACTIVE) {
      return;
    }
    String id = key.name();
    long epoch = role.epoch().value();
    if (scene.issued.put(epoch, id) != null) {
      scene.wrong = Optional.of("somebody was made active twice under epoch " + epoch);
    }
    for (Map.Entry<Long, String> older : scene.issued.entrySet()) {
      boolean other = older.getKey() < epoch && !older.getValue().equals(id);
      if (scene.rules.exclusive()
          && other
          && scene.ledger.takes(new Fence(Scene.fence(), older.getKey()))) {
        scene.wrong =
            Optional.of(
                id + " is active, and the store still takes what " + older.getValue() + " writes");
      }
    }
  }

  // ---- processes

  private Outcome<Long> start(Letter.Start letter) {
    long held = scene.ledger.lease().map(LeaseState::epoch).orElse(0L);
    boolean deposed = held != letter.term();
    if (deposed && scene.rules.fault() != Fault.CALLER_UNCHECKED) {
      return new Outcome.Rejected<>("deposed", "the lease is held under epoch " + held);
    }
    if (deposed) {
      scene.wrong = Optional.of("a process was started for a manager that was followed");
    }
    scene.started = true;
    return new Outcome.Ok<>(1L);
  }
}
