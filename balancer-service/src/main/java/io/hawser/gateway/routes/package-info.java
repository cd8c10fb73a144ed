/** The endpoints, by resource. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.routes;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
