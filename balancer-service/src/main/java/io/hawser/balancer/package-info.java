/**
 * The balancer: takes traffic and hands it to instances that work. One verticle derives the routing
 * table; one verticle per event loop proxies with a server, a client and a chooser of its own, so
 * that a request stays on the loop that accepted it.
 */
@NullMarked
@CheckReturnValue
package io.hawser.balancer;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
