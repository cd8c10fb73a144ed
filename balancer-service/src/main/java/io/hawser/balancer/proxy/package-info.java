/**
 * The data plane: takes requests from sockets and hands them to instances, on Netty's event loops
 * and without Vert.x in between. A {@code Front} is a client's connection, a {@code Back} one to an
 * instance, an {@code Exchange} a request from its head to the end of its answer; all three, and
 * the pool that the Backs come from, belong to one {@code Loop}.
 */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.proxy;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
