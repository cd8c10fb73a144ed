/** The native code of RocksDB, unpacked once for each version of it. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.nativelib;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
