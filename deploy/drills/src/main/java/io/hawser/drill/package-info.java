/** The commands of the drill kit: what {@code hawser drill} does. */
@NullMarked
@CheckReturnValue
package io.hawser.drill;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
