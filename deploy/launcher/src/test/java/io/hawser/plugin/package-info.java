/** Makes plugin jars for tests. */
@NullMarked
package io.hawser.plugin;

import org.jspecify.annotations.NullMarked;
