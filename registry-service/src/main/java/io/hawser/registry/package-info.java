/** The registry: takes instances in, watches them, and says which of them work. */
@NullMarked
@CheckReturnValue
package io.hawser.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
