/**
 * HTTP/1.1 without anything hidden: what is sent is what was asked for, and nothing is repeated.
 */
@NullMarked
@CheckReturnValue
package io.hawser.drill.wire;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
