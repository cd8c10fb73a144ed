/** Many clients at once, most of them slow, odd or idle, for as long as it takes. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.gateway.soak;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
