/** What the loops of a node's data plane share: settings, the present table, meters, transport. */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.plane;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
