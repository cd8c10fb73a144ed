/** The contract of the HTTP API, {@code openapi.yaml}: read, served, and shown to people. */
@NullMarked
@CheckReturnValue
package io.hawser.gateway.contract;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
