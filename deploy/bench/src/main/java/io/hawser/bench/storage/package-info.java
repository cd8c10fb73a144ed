/** Hawser's store and etcd side by side, with one client for both. */
@NullMarked
@CheckReturnValue
package io.hawser.bench.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
