/**
 * A backend of the smallest kind: it answers requests, registers itself over HTTP and sends beats.
 * JDK only.
 */
@NullMarked
@CheckReturnValue
package io.hawser.examples.echo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
