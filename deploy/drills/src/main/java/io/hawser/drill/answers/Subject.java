package io.hawser.drill.answers;

/** A store that is asked. Not thread-safe. */
public interface Subject extends AutoCloseable {
  /** The answer to a read of a key that is not there, and to what was refused for that. */
  String ABSENT = "absent";

  /** The answer to a write that was done. */
  String DONE = "done";

  /** The answer to a write whose condition did not hold. */
  String REFUSED = "refused";

  /** Does it, and says what the store answered, in words that are the same for every store. */
  String answer(Step step);

  @Override
  void close();
}
