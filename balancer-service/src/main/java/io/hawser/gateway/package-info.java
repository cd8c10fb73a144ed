/** The gateway: the HTTP API of a node. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
