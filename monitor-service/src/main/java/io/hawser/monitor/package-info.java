/** The monitor: windows of metrics, rules over them, and alerts. */
@NullMarked
@CheckReturnValue
package io.hawser.monitor;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
