/**
 * How rules become alerts, and alerts become notifications. Pure: values and time come in as
 * arguments.
 */
@NullMarked
@CheckReturnValue
package io.hawser.monitor.core.alert;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
