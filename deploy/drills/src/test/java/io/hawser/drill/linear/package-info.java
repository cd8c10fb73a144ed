@NullMarked
@CheckReturnValue
package io.hawser.drill.linear;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
