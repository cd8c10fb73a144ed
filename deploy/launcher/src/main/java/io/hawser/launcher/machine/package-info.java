/** What this machine has and who holds it: ports, processes, limits. */
@NullMarked
@CheckReturnValue
package io.hawser.launcher.machine;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
