/** The commands of the store: keys, leases, its nodes. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
