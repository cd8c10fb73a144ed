/** What people and other nodes ask of the store besides its data, and what ends with a node. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.operate;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
