package io.hawser.model;

import java.util.regex.Pattern;

/**
 * The rules for names that people choose. A name is safe in a URL path segment, a file name, a log
 * line and a label.
 */
public final class Names {
  /** The longest name accepted, in characters. */
  public static final int MAX_LENGTH = 128;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@-]*");

  private Names() {}

  /**
   * Returns the name, when it is a legal one.
   *
   * @param what what the name is for, as it should stand in the error
   * @throws IllegalArgumentException saying which rule the name breaks
   */
  public static String check(String what, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(what + " must not be empty");
    }
    if (name.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          what + " must have at most " + MAX_LENGTH + " characters, it has " + name.length());
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          what + " must start with a letter or digit and go on with letters, digits and . _ : @ -");
    }
    return name;
  }
}
