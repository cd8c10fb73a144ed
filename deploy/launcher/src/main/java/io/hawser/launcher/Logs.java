package io.hawser.launcher;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import io.hawser.launcher.config.SettingsLoader;
import io.hawser.node.NodeSettings;
import io.hawser.node.Settings;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** How the log is written, over what {@code logback.xml} says. */
final class Logs {
  private static final String JSON = "json";

  private Logs() {}

  /**
   * Takes the format from where it can be had before the settings are read, so that what is wrong
   * with them is already said in it.
   */
  static void beforeSettings(Map<String, String> environment, Map<String, String> flags) {
    String key = NodeSettings.LOG_FORMAT.name();
    String format = flags.getOrDefault(key, environment.get(SettingsLoader.variable(key)));
    if (JSON.equalsIgnoreCase(format)) {
      json();
    }
  }

  static void configure(Settings settings) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      Level level = Level.toLevel(settings.get(NodeSettings.LOG_LEVEL), Level.INFO);
      context.getLogger("io.hawser").setLevel(level);
      if (level.isGreaterOrEqual(Level.WARN)) {
        // Who wants only warnings means everybody's.
        context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).setLevel(level);
        context.getLogger("io.vertx").setLevel(level);
      }
    }
    if (settings.get(NodeSettings.LOG_FORMAT).equals(JSON)) {
      json();
    }
  }

  private static void json() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context
          .getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
          .iteratorForAppenders()
          .forEachRemaining(appender -> json(context, appender));
    }
  }

  private static void json(LoggerContext context, Appender<ILoggingEvent> appender) {
    if (appender instanceof OutputStreamAppender<ILoggingEvent> stream) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      encoder.setWithSequenceNumber(false);
      encoder.setWithNanoseconds(false);
      encoder.setWithContext(false);
      encoder.setWithMarkers(false);
      encoder.setWithMDC(false);
      encoder.setWithKVPList(false);
      encoder.setWithArguments(false);
      encoder.setWithMessage(false);
      encoder.setWithFormattedMessage(true);
      encoder.start();
      stream.setEncoder(encoder);
    }
  }
}
