/**
 * The seam between a replicated state machine and the consensus engine below it: propose, read
 * barrier, membership, transfer, snapshot. Nothing here knows which engine it is.
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage.log;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
