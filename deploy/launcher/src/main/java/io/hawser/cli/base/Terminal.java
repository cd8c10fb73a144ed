package io.hawser.cli.base;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * Where a command writes: results to the standard output, messages about the work to the standard
 * error. Colours and the line that is rewritten in place appear on a terminal only. Thread-safe.
 */
public final class Terminal {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean colour;
  private final boolean live;
  private boolean statusShown;

  /**
   * @param colour whether colours are wanted
   * @param live whether the standard output is a terminal, where a line may be rewritten
   */
  public Terminal(PrintWriter out, PrintWriter err, boolean colour, boolean live) {
    this.out = out;
    this.err = err;
    this.colour = colour;
    this.live = live;
  }

  public boolean live() {
    return live;
  }

  /** A line of the result. */
  public synchronized void line(String text) {
    clearStatus();
    out.println(text);
    out.flush();
  }

  /** A line about the work. */
  public synchronized void note(String text) {
    clearStatus();
    err.println(text);
    err.flush();
  }

  /** Rewrites the last line of a terminal; does nothing elsewhere. */
  public synchronized void status(String text) {
    if (live) {
      clearStatus();
      out.print(text);
      out.flush();
      statusShown = true;
    }
  }

  private void clearStatus() {
    if (statusShown) {
      out.print("\r\u001b[K");
      out.flush();
      statusShown = false;
    }
  }

  public String bold(String text) {
    return paint("1", text);
  }

  public String good(String text) {
    return paint("32", text);
  }

  public String bad(String text) {
    return paint("31", text);
  }

  public String doubtful(String text) {
    return paint("33", text);
  }

  /** A state in its colour. */
  public String state(String word) {
    return switch (word.strip().toLowerCase(Locale.ROOT)) {
      case "up", "ready", "passing", "ok", "alive" -> good(word);
      case "down", "failed", "dead", "critical", "evicted" -> bad(word);
      case "starting", "suspect", "recovering", "maintenance", "waiting", "draining" ->
          doubtful(word);
      default -> word;
    };
  }

  private String paint(String code, String text) {
    return colour && !text.isBlank() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
