/** A plugin that writes down each instance that failed, and tells the other nodes that it did. */
package example.failurelogger;
