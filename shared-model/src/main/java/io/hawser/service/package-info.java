/** What a service is made with: the ServiceModule SPI and what a node hands to it. */
@NullMarked
@CheckReturnValue
package io.hawser.service;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
