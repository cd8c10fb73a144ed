/** What applying an entry of a group's log means: pure, over a sorted store of bytes. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
