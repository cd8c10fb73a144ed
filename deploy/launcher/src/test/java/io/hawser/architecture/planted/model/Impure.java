package io.hawser.architecture.planted.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a file in the model. */
final class Impure {
  private Impure() {}

  static String read(Path path) throws IOException {
    return Files.readString(path);
  }
}
