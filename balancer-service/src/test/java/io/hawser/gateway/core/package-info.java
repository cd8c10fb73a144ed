@NullMarked
@CheckReturnValue
package io.hawser.gateway.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
