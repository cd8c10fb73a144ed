/** What a drill has seen: a journal as JSON, and a page to read. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.report;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
