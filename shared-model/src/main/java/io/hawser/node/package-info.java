/**
 * What a node is made of below its services: who its peers are, its settings, meters, readiness and
 * time.
 */
@NullMarked
@CheckReturnValue
package io.hawser.node;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
