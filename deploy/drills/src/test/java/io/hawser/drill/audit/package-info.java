@NullMarked
@CheckReturnValue
package io.hawser.drill.audit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
