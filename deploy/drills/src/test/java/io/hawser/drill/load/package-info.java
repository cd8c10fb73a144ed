@NullMarked
@CheckReturnValue
package io.hawser.drill.load;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
