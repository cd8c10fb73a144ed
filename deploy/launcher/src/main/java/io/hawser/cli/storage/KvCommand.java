package io.hawser.cli.storage;

import io.hawser.cli.base.Api;
import io.hawser.cli.base.Cli;
import io.hawser.cli.base.CliFailure;
import io.hawser.cli.base.ExitCode;
import io.hawser.cli.base.Fields;
import io.hawser.cli.base.RawReply;
import io.hawser.cli.base.Reply;
import io.hawser.cli.base.Table;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Keys of the store. */
@Command(
    name = "kv",
    description = "Read, write, list and watch keys of the store.",
    footer = {
      "",
      "Examples:",
      "  hawser kv put app/config @config.json      the value is what is in the file",
      "  date | hawser kv put app/started -         ... or comes from the standard input",
      "  hawser kv put app/leader me --if-absent    ends with 4 when the key is there",
      "  hawser kv watch app/"
    })
final class KvCommand {
  private final Cli cli;

  KvCommand(Cli cli) {
    this.cli = cli;
  }

  @Command(name = "get", description = "Print the value of a key.")
  int get(
      @Parameters(paramLabel = "KEY", description = "The key.") String key,
      @Option(
              names = "--stale",
              description = "Take what any replica has; works without a majority.")
          boolean stale,
      @Option(
              names = {"-o", "--output"},
              paramLabel = "FILE",
              description = "Write the value there, byte for byte.")
          @Nullable Path output) {
    String query = stale ? "?stale=true" : "";
    RawReply reply =
        cli.api()
            .raw("GET", Api.keyPath(key) + query, Map.of(), new byte[0])
            .orFail("read the key " + key);
    if (output != null) {
      save(output, reply.body().unsafeBytes());
    }
    if (cli.json()) {
      cli.printJson(described(key, reply));
    } else if (output == null) {
      cli.terminal().line(text(key, reply.body().unsafeBytes()));
    }
    return 0;
  }

  private static JsonObject described(String key, RawReply reply) {
    return new JsonObject()
        .put("key", key)
        .put("revision", Long.parseLong(reply.header("ETag").replace("\"", "")))
        .put("version", Long.parseLong(reply.header("X-Hawser-Version")))
        .put("bytes", reply.body().length())
        .put("value", Base64.getEncoder().encodeToString(reply.body().unsafeBytes()));
  }

  private static String text(String key, byte[] value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException e) {
      throw new CliFailure(
          ExitCode.FAILURE,
          "the value of " + key + " is no text",
          value.length + " bytes that are not UTF-8",
          "write it to a file with --output FILE, or print it in base64 with --json");
    }
  }

  private static void save(Path file, byte[] value) {
    try {
      Files.write(file, value);
    } catch (IOException e) {
      throw new CliFailure(
          ExitCode.FAILURE, "could not write " + file, e.toString(), "name another file");
    }
  }

  @Command(name = "put", description = "Write a key.")
  int put(
      @Parameters(index = "0", paramLabel = "KEY", description = "The key.") String key,
      @Parameters(
              index = "1",
              paramLabel = "VALUE",
              description = "Text; @FILE for what is in a file; - for the standard input.")
          String value,
      @Option(names = "--if-absent", description = "Only when there is no such key.")
          boolean ifAbsent,
      @Option(
              names = "--if-revision",
              paramLabel = "N",
              description = "Only when the key is at this revision.")
          @Nullable Long ifRevision,
      @Option(
              names = "--ttl",
              paramLabel = "MS",
              description = "Delete it this long after its last write.")
          @Nullable Long ttlMs,
      @Option(
              names = "--lease",
              paramLabel = "NAME:EPOCH",
              defaultValue = "",
              description = "Delete it when this lease ends.")
          String lease,
      @Option(
              names = "--fence",
              paramLabel = "NAME:TOKEN",
              defaultValue = "",
              description = "Only when no higher token of this was seen.")
          String fence) {
    if (ifAbsent && ifRevision != null) {
      throw new CliFailure(
          ExitCode.USAGE, "--if-absent and --if-revision exclude each other", "", "give one");
    }
    Map<String, String> query = new LinkedHashMap<>();
    query.put("ttlMs", ttlMs == null ? "" : ttlMs.toString());
    query.put("lease", lease);
    query.put("fence", fence);
    Map<String, String> headers = ifAbsent ? Map.of("If-None-Match", "*") : ifMatch(ifRevision);
    Reply reply =
        cli.api()
            .raw("PUT", Api.keyPath(key) + Api.query(query), headers, Values.read(value))
            .orFail("write the key " + key)
            .text();
    if (cli.json()) {
      cli.printJson(reply.json());
    } else {
      cli.terminal().line(key + " is at revision " + Fields.text(reply.object(), "revision"));
    }
    return 0;
  }

  private static Map<String, String> ifMatch(@Nullable Long revision) {
    return revision == null ? Map.of() : Map.of("If-Match", "\"" + revision + "\"");
  }

  @Command(name = "del", description = "Delete a key.")
  int del(
      @Parameters(paramLabel = "KEY", description = "The key.") String key,
      @Option(
              names = "--if-revision",
              paramLabel = "N",
              description = "Only when the key is at this revision.")
          @Nullable Long ifRevision,
      @Option(
              names = "--fence",
              paramLabel = "NAME:TOKEN",
              defaultValue = "",
              description = "Only when no higher token of this was seen.")
          String fence) {
    String path = Api.keyPath(key) + Api.query(Map.of("fence", fence));
    RawReply reply =
        cli.api()
            .raw("DELETE", path, ifMatch(ifRevision), new byte[0])
            .orFail("delete the key " + key);
    if (cli.json()) {
      cli.printJson(
          new JsonObject()
              .put("deleted", key)
              .put("revision", Long.parseLong(reply.header("X-Hawser-Revision"))));
    } else {
      cli.terminal().line("deleted " + key);
    }
    return 0;
  }

  @Command(name = "list", description = "List the keys with a prefix, in the order of their bytes.")
  int list(
      @Parameters(
              paramLabel = "PREFIX",
              arity = "0..1",
              defaultValue = "",
              description = "Default: all keys.")
          String prefix,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "10000",
              description = "The most keys to list (default ${DEFAULT-VALUE}).")
          int limit,
      @Option(names = "--values", description = "With --json: the values, too, in base64.")
          boolean values,
      @Option(names = "--stale", description = "Take what any replica has.") boolean stale) {
    new KeyList(cli, prefix, limit, stale).print(values);
    return 0;
  }

  @Command(
      name = "watch",
      description = "Follow the changes of the keys with a prefix, until Ctrl-C.",
      footer = {"", "With --json each change is one line of JSON, its value in base64."})
  int watch(
      @Parameters(
              paramLabel = "PREFIX",
              arity = "0..1",
              defaultValue = "",
              description = "Default: all keys.")
          String prefix,
      @Option(
              names = "--index",
              paramLabel = "INDEX",
              defaultValue = "",
              description = "Start after this X-Hawser-Index, or revision; default: now.")
          String index) {
    new KeyWatch(cli, prefix, index).follow();
    return 0;
  }

  @Command(
      name = "txn",
      description = "Compare keys, and write several of them or none.",
      footer = {
        "",
        "Example:",
        "  echo '{\"compare\":[{\"key\":\"a\",\"condition\":\"absent\"}],",
        "         \"then\":[{\"key\":\"a\",\"op\":\"put\",\"text\":\"1\"}]}' | hawser kv txn -"
      })
  int txn(
      @Parameters(
              paramLabel = "JSON",
              description = "The transaction; @FILE for what is in a file; - for standard input.")
          String json) {
    Reply reply =
        cli.api()
            .raw(
                "POST",
                Api.path("kv", "txn"),
                Map.of("Content-Type", "application/json"),
                Values.read(json))
            .orFail("run the transaction")
            .text();
    if (cli.json()) {
      cli.printJson(reply.json());
      return 0;
    }
    JsonObject done = reply.object();
    boolean succeeded = done.getBoolean("succeeded", false);
    cli.terminal()
        .line((succeeded ? "then" : "else") + " at revision " + Fields.text(done, "revision"));
    List<JsonObject> keys = Fields.items(done, "keys");
    if (!keys.isEmpty()) {
      new Table()
          .column("KEY", "key")
          .column("REVISION", "revision")
          .column("VERSION", "version")
          .column("DELETED", "deleted")
          .rows(keys)
          .print(cli.terminal(), "");
    }
    return 0;
  }
}
