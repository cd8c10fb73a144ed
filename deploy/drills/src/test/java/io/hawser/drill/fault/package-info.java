@NullMarked
@CheckReturnValue
package io.hawser.drill.fault;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
