/** A real etcd to compare with: three processes of their own on loopback. */
@NullMarked
@CheckReturnValue
package io.hawser.drill.etcd;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
