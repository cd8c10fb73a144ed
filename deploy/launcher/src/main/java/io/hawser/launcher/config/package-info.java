/**
 * The settings of a node: where they come from, what is wrong with them, and their reference; and
 * how a start that cannot go on says so.
 */
@NullMarked
@CheckReturnValue
package io.hawser.launcher.config;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
