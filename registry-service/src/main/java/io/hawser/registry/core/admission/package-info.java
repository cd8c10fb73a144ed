/**
 * What may be written to the catalog about an instance, decided from the catalog as it is. A pure
 * core.
 */
@NullMarked
@CheckReturnValue
package io.hawser.registry.core.admission;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
