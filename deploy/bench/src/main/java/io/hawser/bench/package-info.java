/** Measurements of running nodes: what {@code hawser bench} does. */
@NullMarked
@CheckReturnValue
package io.hawser.bench;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
