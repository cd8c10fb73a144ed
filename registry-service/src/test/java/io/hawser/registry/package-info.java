@NullMarked
@CheckReturnValue
package io.hawser.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
