/** What has to hold of a store after a run, by what its clients noted. No I/O, no clock. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.audit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
