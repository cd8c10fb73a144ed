/**
 * SOFAJRaft behind the log's seam. Consensus is JRaft's; what is here guards it where it is too
 * trusting (reads while members change, a log that is gone) and makes it quick where it is slow (a
 * leader whose process has died).
 */
@NullMarked
@CheckReturnValue
package io.hawser.storage.jraft;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
