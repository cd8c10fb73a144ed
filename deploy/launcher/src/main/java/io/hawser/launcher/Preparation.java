package io.hawser.launcher;

import io.hawser.service.ServiceModule;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the modules load while the node joins its cluster, which keeps one core busy only. */
final class Preparation {
  private static final Logger log = LoggerFactory.getLogger(Preparation.class);

  private Preparation() {}

  /** Lets the modules prepare themselves, on a thread that nobody waits for. */
  static void begin(List<ServiceModule> modules) {
    Thread unused =
        Thread.ofPlatform()
            .name("hawser-prepare")
            .daemon()
            .start(() -> modules.forEach(Preparation::prepare));
  }

  private static void prepare(ServiceModule module) {
    try {
      module.prepare();
    } catch (RuntimeException | LinkageError e) {
      log.debug("not prepared role={}", module.role(), e);
    }
  }
}
