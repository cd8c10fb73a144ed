package io.hawser.gateway.storage;

import io.hawser.gateway.json.Fields;
import io.hawser.gateway.json.Shape;
import io.hawser.gateway.json.Shapes;
import io.hawser.model.Blob;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageOp.Compare;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Life;
import io.hawser.model.StorageOp.Txn;
import io.hawser.model.StorageOp.TxnWrite;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The body of a transaction. */
final class TransactionInput {
  private static final int MAX_FENCES = 16;

  private enum Is {
    ABSENT,
    PRESENT,
    REVISION
  }

  private enum Op {
    PUT,
    DELETE
  }

  private static final Shape<String> KEY = Shapes.text(StorageKeys::fault);
  private static final Shape<String> LEASE = Shapes.text(KeyInput::namedNumberFault);
  private static final Shape<String> BASE_64 = Shapes.text(TransactionInput::base64Fault);
  private static final Shape<String> UNICODE = Shapes.text(TransactionInput::unicodeFault);
  private static final Shape<Compare> COMPARE = Shapes.object(TransactionInput::compare);
  private static final Shape<TxnWrite> WRITE = Shapes.object(TransactionInput::write);
  private static final Shape<Fence> FENCE =
      Shapes.object(
          fields ->
              new Fence(
                  fields.required("resource", Shapes.text(KeyInput::resourceFault)),
                  fields.required("token", Shapes.longInteger(0, KeyInput.MAX_NUMBER))));

  static final Shape<Txn> TRANSACTION =
      Shapes.object(
          fields ->
              new Txn(
                  some(fields, "compare", StorageKeys.MAX_TRANSACTION, COMPARE),
                  some(fields, "then", StorageKeys.MAX_TRANSACTION, WRITE),
                  some(fields, "else", StorageKeys.MAX_TRANSACTION, WRITE),
                  some(fields, "fences", MAX_FENCES, FENCE)));

  private TransactionInput() {}

  private static <T> List<T> some(Fields fields, String name, int max, Shape<T> shape) {
    return fields.optional(name, Shapes.list(max, shape)).orElse(List.of());
  }

  private static Compare compare(Fields fields) {
    String key = fields.required("key", KEY);
    Is is = fields.required("condition", Shapes.word(Is.class));
    Optional<Long> revision =
        fields.optional("revision", Shapes.longInteger(0, KeyInput.MAX_NUMBER));
    if (is == Is.REVISION && revision.isEmpty()) {
      fields.refuse("revision", "missing-field", "is missing: which revision must it be at?");
    }
    if (is != Is.REVISION && revision.isPresent()) {
      fields.refuse("revision", "bad-value", "is only for the condition 'revision'");
    }
    return new Compare(
        key,
        switch (is) {
          case ABSENT -> Expect.ABSENT;
          case PRESENT -> Expect.PRESENT;
          case REVISION -> Expect.revision(revision.orElse(0L));
        });
  }

  private static TxnWrite write(Fields fields) {
    String key = fields.required("key", KEY);
    Op op = fields.required("op", Shapes.word(Op.class));
    Optional<String> value = fields.optional("value", BASE_64);
    Optional<String> text = fields.optional("text", UNICODE);
    Optional<Long> ttlMs = fields.optional("ttlMs", Shapes.longInteger(1, KeyInput.MAX_TTL_MS));
    Optional<String> lease = fields.optional("lease", LEASE);
    if (op == Op.DELETE) {
      if (value.isPresent() || text.isPresent() || ttlMs.isPresent() || lease.isPresent()) {
        fields.refuse("op", "bad-value", "deletes: it takes neither a value nor a life");
      }
      return new TxnWrite(key, Optional.empty(), Life.FOREVER);
    }
    if (value.isPresent() == text.isPresent()) {
      fields.refuse(
          "value",
          value.isPresent() ? "bad-value" : "missing-field",
          "or text is needed for a put, and not both");
    }
    Blob blob =
        value.map(TransactionInput::decoded).or(() -> text.map(Blob::utf8)).orElse(Blob.EMPTY);
    return new TxnWrite(key, Optional.of(blob), KeyInput.life(ttlMs.orElse(0L), lease.orElse("")));
  }

  private static Blob decoded(String base64) {
    return Blob.wrap(Base64.getDecoder().decode(base64));
  }

  /** By hand: a pattern for it would recurse on each group of a long text. */
  private static Optional<String> base64Fault(String text) {
    int length = text.length();
    int end = length;
    while (end > Math.max(0, length - 2) && text.charAt(end - 1) == '=') {
      end--;
    }
    boolean legal = length % 4 == 0 && text.chars().limit(end).allMatch(c -> isBase64(c));
    return legal ? Optional.empty() : Optional.of("must be base64 with its padding");
  }

  private static boolean isBase64(int c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/';
  }

  private static Optional<String> unicodeFault(String text) {
    boolean broken =
        text.codePoints()
            .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    return broken ? Optional.of("must have no broken Unicode") : Optional.empty();
  }
}
