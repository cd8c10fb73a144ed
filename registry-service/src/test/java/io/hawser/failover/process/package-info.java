@NullMarked
@CheckReturnValue
package io.hawser.failover.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
