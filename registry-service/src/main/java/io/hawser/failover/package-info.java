/**
 * Failover: puts a backup in the place of an instance that failed, and brings the failed one back.
 *
 * <p>Until there are leases, the manager on the lowest live node id acts alone. That is unsafe
 * under a partition: each side has a lowest one, and both may activate a backup. After healing, the
 * newer write of each record stays.
 */
@NullMarked
@CheckReturnValue
package io.hawser.failover;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
