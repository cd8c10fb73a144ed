/** Tests of the bytes of HTTP/1.1. */
@NullMarked
package io.hawser.balancer.wire;

import org.jspecify.annotations.NullMarked;
