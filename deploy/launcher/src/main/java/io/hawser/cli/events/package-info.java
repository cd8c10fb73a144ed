/** The event stream: reading it and telling it to people. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.events;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
