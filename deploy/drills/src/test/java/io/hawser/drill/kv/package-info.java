@NullMarked
@CheckReturnValue
package io.hawser.drill.kv;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
