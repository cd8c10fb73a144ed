/** Linearizability of what clients saw of a store, key by key. Pure. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.linear;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
