/** Drills of the store: faults under load, and whether what clients saw can be explained. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
