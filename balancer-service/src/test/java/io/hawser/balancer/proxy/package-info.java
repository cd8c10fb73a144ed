@NullMarked
package io.hawser.balancer.proxy;

import org.jspecify.annotations.NullMarked;
