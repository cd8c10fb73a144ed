/**
 * The role storage: the replicated, durable, linearizable key-value store. This package puts a node
 * of it together and keeps the cluster's roster; a group's replica is in {@code group}, where
 * replicas belong is decided in {@code placement}.
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
