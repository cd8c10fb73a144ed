package io.hawser.catalog;

import io.hawser.model.Outcome;

/** An expected refusal, thrown to leave an update of the catalog without a write. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  /**
   * @param code stable, kebab-case
   * @param detail what, why and how to mend it
   */
  public Refused(String code, String detail) {
    super(detail, null, false, false);
    this.code = code;
  }

  public String code() {
    return code;
  }

  public <T> Outcome<T> outcome() {
    return new Outcome.Rejected<>(code, String.valueOf(getMessage()));
  }
}
