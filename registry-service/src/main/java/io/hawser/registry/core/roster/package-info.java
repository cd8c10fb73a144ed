/**
 * The registry nodes that quorums are counted against, as nodes learn them of one another. Pure.
 */
@NullMarked
@CheckReturnValue
package io.hawser.registry.core.roster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
