@NullMarked
@CheckReturnValue
package io.hawser.failover.driver;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
