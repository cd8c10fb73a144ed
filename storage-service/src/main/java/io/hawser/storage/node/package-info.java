/**
 * What a storage node is: its identity, its replicas, what it hears of the others, and the care for
 * the placement while it leads {@code meta}.
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage.node;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
