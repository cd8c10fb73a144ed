/**
 * The bytes of HTTP/1.1 (RFC 9110, RFC 9112): heads as spans of the bytes that came, bodies by
 * their framing, and what is written anew on the other side. Knows nothing of sockets, time or
 * instances. What is ambiguous is refused here, so that nothing else has to think of it.
 */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.wire;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
