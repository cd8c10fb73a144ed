/** Clients of the key-value store over HTTP that note what they did and what they were told. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.kv;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
