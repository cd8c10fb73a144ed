package io.hawser.architecture.planted.monitor.core;

import io.hawser.architecture.planted.monitor.Shell;

/** A core that knows what is around it. */
record UsesShell(Shell shell) {}
