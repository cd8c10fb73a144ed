/** Clusters of real nodes and origins. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.cluster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
