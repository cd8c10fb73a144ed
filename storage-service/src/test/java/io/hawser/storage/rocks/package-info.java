@NullMarked
@CheckReturnValue
package io.hawser.storage.rocks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
