/** What the system says of processes. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
