/**
 * The shell between Vert.x and the endpoints: takes a request apart, calls its endpoint, answers.
 */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.http;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
