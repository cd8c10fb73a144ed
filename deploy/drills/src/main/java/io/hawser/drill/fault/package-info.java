/** Faults: each is injected, seen to be effective, and healed in time. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.fault;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
