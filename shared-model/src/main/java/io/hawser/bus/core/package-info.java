/** What a node concludes from how others reach its addresses. Pure. */
@NullMarked
@CheckReturnValue
package io.hawser.bus.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
