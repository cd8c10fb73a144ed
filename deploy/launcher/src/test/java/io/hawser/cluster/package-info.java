/** Tests on real JVMs: nodes and backends are processes, and are killed. */
@NullMarked
package io.hawser.cluster;

import org.jspecify.annotations.NullMarked;
