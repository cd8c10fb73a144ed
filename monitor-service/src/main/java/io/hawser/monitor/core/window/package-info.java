/**
 * What was measured over the last ten minutes, in memory: posted samples kept one by one, the
 * balancers' traffic in one-second slots. Pure: time comes in as an argument.
 */
@NullMarked
@CheckReturnValue
package io.hawser.monitor.core.window;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
