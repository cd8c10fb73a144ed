package io.hawser.model;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The number that stands for a record on the wire. It is never changed and never given to another
 * record; numbers of records that are gone stay reserved in the golden file of the wire tests. A
 * record may get new components only at its end, and only of types that have a default (see {@code
 * WireFormat}).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Wire {
  int value();
}
