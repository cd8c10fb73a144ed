/** The demo: a node, four backends and some traffic, and what a kill does to them. */
@NullMarked
@CheckReturnValue
package io.hawser.cli.demo;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
