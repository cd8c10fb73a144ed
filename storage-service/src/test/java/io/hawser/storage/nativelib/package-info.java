/** Tests of how the native library is found. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.nativelib;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
