/** A group's store on RocksDB: applying, reading, snapshots, backups. */
@NullMarked
@CheckReturnValue
package io.hawser.storage.rocks;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
