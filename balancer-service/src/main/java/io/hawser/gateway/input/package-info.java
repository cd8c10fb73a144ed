/** What clients may send, as the model has it: one reader for each kind of body. Pure. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.input;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
