package io.hawser.gateway.json;

/**
 * One thing that is wrong with a body.
 *
 * @param pointer JSON pointer (RFC 6901) to the field, whether it is there or missing
 * @param code stable, kebab-case
 */
public record Violation(String pointer, String code, String detail) {}
