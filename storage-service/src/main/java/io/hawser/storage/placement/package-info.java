/** Where replicas belong, and which single step comes next: without I/O, clock or Vert.x. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.placement;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
