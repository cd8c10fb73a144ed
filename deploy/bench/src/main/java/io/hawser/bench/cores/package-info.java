/** Measurements of single cores, with JMH. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.cores;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
