/** What all commands share: options, the HTTP client, output and failures. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.base;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
