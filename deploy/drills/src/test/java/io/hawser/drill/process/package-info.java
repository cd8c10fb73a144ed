@NullMarked
@CheckReturnValue
package io.hawser.drill.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
