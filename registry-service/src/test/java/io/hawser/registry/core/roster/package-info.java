@NullMarked
@CheckReturnValue
package io.hawser.registry.core.roster;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
