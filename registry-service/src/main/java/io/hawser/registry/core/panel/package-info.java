/** Who observes, who is heard, and who may be trusted: this node among them. Pure. */
@NullMarked
@CheckReturnValue
package io.hawser.registry.core.panel;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
