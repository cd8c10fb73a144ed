@NullMarked
@CheckReturnValue
package io.hawser.failover;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
