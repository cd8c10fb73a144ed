/** A store in memory, to test its clients against. */
@NullMarked
@CheckReturnValue
package io.hawser.testing.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
