/**
 * The balancer's decisions: which instances a request may go to, which of them it goes to, and what
 * their failures mean. Pure; the proxy in the package above connects it to sockets.
 */
@NullMarked
@CheckReturnValue
package io.hawser.balancer.core;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
