/**
 * What tests of every module are made with: a node's context without a cluster, hands of the clock
 * to turn, and waiting without sleeps. Comes as the test-jar of shared-model.
 */
@NullMarked
@CheckReturnValue
package io.hawser.testing;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
