/**
 * The process driver: the children of this node, from its own templates, over restarts of the node.
 */
@NullMarked
@CheckReturnValue
package io.hawser.failover.process;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
