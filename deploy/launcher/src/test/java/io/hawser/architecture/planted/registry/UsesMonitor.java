package io.hawser.architecture.planted.registry;

import io.hawser.architecture.planted.monitor.core.Window;

/** One service uses another. */
record UsesMonitor(Window window) {}
