package io.hawser.architecture.planted.monitor.core;

import org.slf4j.Logger;

/** A core with a logger. */
record Logs(Logger log) {}
