/**
 * The node: joins the cluster, loads the service modules, serves metrics and health, and stops in
 * order.
 */
@NullMarked
@CheckReturnValue
package io.hawser.launcher;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
