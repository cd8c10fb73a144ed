package io.hawser.gateway.contract;

import java.util.List;

/**
 * One operation of the contract.
 *
 * @param method such as "GET"
 * @param path from the root of the port; names of segments in braces, the rest of the path as
 *     {@code {key...}}
 * @param summary what it does, in a few words
 * @param query the names of its query parameters
 * @param takesBody whether a body is read
 * @param takesAnyBody whether the body may be of any media type
 * @param servedByNode whether the node answers it, whatever its roles
 */
public record Operation(
    String id,
    String method,
    String path,
    String summary,
    List<String> query,
    boolean takesBody,
    boolean takesAnyBody,
    boolean servedByNode) {
  public Operation {
    query = List.copyOf(query);
  }
}
