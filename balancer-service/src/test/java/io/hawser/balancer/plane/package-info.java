@NullMarked
package io.hawser.balancer.plane;

import org.jspecify.annotations.NullMarked;
