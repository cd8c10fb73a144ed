/** The suite's hard state: records in the store, written by compare-and-set. */
@NullMarked
@CheckReturnValue
package io.hawser.bus.client.hard;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
