/** What the host of a group decides, with time passed in. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.group.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
