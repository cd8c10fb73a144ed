/** The balancer: takes traffic and hands it to instances that work. */
@NullMarked
@CheckReturnValue
package io.hawser.balancer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
