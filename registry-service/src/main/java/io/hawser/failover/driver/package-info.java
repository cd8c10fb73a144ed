/**
 * What brings a process to life for the manager: a node of the cluster, or somebody else through a
 * webhook.
 */
@NullMarked
@CheckReturnValue
package io.hawser.failover.driver;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
