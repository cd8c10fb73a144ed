@NullMarked
@CheckReturnValue
package io.hawser.registry.core.panel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
