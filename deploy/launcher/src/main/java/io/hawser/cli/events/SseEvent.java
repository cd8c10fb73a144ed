package io.hawser.cli.events;

/**
 * One event of a server-sent event stream.
 *
 * @param id where to resume; empty when the server gives none
 */
public record SseEvent(String id, String type, String data) {}
