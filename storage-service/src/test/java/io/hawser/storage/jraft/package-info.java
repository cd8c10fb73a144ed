/** Logs of several nodes in one process, with their connections cut and delayed. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.jraft;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
