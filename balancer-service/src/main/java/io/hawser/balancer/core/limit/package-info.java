/** What keeps load and retries within bounds. Pure: time is handed in. */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.core.limit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
