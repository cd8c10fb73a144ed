/**
 * What JRaft's replicas talk over: frames on TCP connections of Vert.x, one for the log and one for
 * snapshot files between each two nodes, whatever the number of groups. Peers are node ids; an
 * address is looked up for each connection.
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage.transport;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
