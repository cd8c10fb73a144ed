/** Requests byte by byte, and what a proxy made of them at an origin that records. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.gateway.raw;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
