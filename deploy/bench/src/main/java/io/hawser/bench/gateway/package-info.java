/** The proxy beside nginx and HAProxy, in one run on one machine. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.gateway;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
