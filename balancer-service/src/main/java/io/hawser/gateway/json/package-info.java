/** JSON in and out: a strict reader of bodies, problems, and records as JSON. Pure. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.json;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
