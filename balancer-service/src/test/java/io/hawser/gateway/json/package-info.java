@NullMarked
@CheckReturnValue
package io.hawser.gateway.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
