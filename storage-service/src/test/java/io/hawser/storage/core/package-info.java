@NullMarked
@CheckReturnValue
package io.hawser.storage.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
