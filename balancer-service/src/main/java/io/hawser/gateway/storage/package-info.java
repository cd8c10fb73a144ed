/** The store over HTTP: keys, transactions, watches, leases, and its nodes. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
