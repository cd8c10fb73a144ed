package io.hawser.model;

/**
 * A message of a plugin: a record whose components have the types that the codec knows. A plugin
 * names its records through its {@code ServiceModule}; on the wire they go under their class name,
 * so that plugins need not agree on numbers.
 */
public non-sealed interface ExtensionMessage extends HawserMessage {}
