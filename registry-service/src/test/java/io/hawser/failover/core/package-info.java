@NullMarked
@CheckReturnValue
package io.hawser.failover.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
