package io.hawser.cli.base;

import io.vertx.core.json.JsonObject;
import java.util.List;

/** A refusal over HTTP (RFC 9457) as an exit code and a message. */
final class Problem {
  private Problem() {}

  /**
   * @param what what was being done, such as "register echo/echo-1"
   */
  static CliFailure failure(String what, int status, String body) {
    JsonObject problem = Fields.parse(body) instanceof JsonObject o ? o : new JsonObject();
    String code = Fields.text(problem, "code");
    String title = Fields.text(problem, "title");
    String detail = Fields.text(problem, "detail");
    StringBuilder why = new StringBuilder();
    why.append(title.isEmpty() ? "HTTP " + status : title);
    if (!detail.isEmpty() && !detail.equals(title)) {
      why.append(": ").append(detail);
    }
    why.append(" (").append(status).append(code.isEmpty() ? "" : " " + code).append(')');
    List<JsonObject> violations = Fields.items(problem, "errors", "violations");
    if (violations.size() > 1) {
      for (JsonObject violation : violations) {
        why.append("\n- ")
            .append(Fields.text(violation, "pointer"))
            .append(": ")
            .append(Fields.text(violation, "detail"));
      }
    }
    return new CliFailure(
        exitCode(status), "could not " + what, why.toString(), mend(status, code));
  }

  static ExitCode exitCode(int status) {
    return switch (status) {
      case 404, 410 -> ExitCode.NOT_FOUND;
      case 409, 412 -> ExitCode.CONFLICT;
      case 401, 403, 421 -> ExitCode.REFUSED;
      case 408, 429, 503, 504 -> ExitCode.UNREACHABLE;
      default -> ExitCode.FAILURE;
    };
  }

  private static String mend(int status, String code) {
    return switch (code) {
      case "unknown-key" -> "'hawser kv list' shows which keys there are";
      case "unknown-lease" -> "take it with 'hawser lease acquire'";
      case "revision-mismatch" -> "read it again, and decide anew";
      case "no-room" -> "delete keys or move backups away, or add a storage node";
      case "no-quorum", "no-storage" ->
          "'hawser storage nodes' shows which nodes do not answer; reads go on with --stale";
      case "unknown-outcome" -> "read it, to see whether it was done";
      default -> mend(status);
    };
  }

  private static String mend(int status) {
    return switch (status) {
      case 404 -> "'hawser services' and 'hawser instances' show what is there";
      case 401, 403 -> "ask for a token with the role that this needs";
      case 421 -> "--server must name the node by an address that it serves";
      case 429, 503, 504 -> "try again; 'hawser status' shows which node is not ready";
      default -> "";
    };
  }
}
