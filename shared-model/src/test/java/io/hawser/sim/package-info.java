/**
 * A simulated cluster: nodes with clocks and disks of their own, a network that loses, delays,
 * repeats and parts, and invariants that are checked after every event. One seed makes one run, the
 * same each time. Pure: no Vert.x, no threads, no real time. Comes as the test-jar of shared-model.
 */
@NullMarked
@CheckReturnValue
package io.hawser.sim;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
