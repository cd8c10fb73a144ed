@NullMarked
@CheckReturnValue
package io.hawser.drill.answers;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
