/** Networks that can be broken: a TCP proxy, and network namespaces. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.net;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
