/**
 * What a node does for one group that it has a replica of: requests, reads, waits, leader duties.
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage.group;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
