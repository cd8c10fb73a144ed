package io.hawser.gateway.storage;

import io.hawser.gateway.core.Query;
import io.hawser.gateway.http.Call;
import io.hawser.gateway.json.Problem;
import io.hawser.gateway.json.Text;
import io.hawser.model.StorageKeys;
import io.hawser.model.StorageMessage.Freshness;
import io.hawser.model.StorageOp.Expect;
import io.hawser.model.StorageOp.Fence;
import io.hawser.model.StorageOp.Life;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request about keys says in its path, its query and its headers. */
final class KeyInput {
  static final long MAX_TTL_MS = 31_622_400_000L;

  /** The largest whole number that every JSON reader has. */
  static final long MAX_NUMBER = 9_007_199_254_740_991L;

  private static final Pattern NAMED_NUMBER =
      Pattern.compile("([A-Za-z0-9][A-Za-z0-9._:@-]{0,127}):([0-9]{1,16})");
  private static final Pattern RESOURCE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/-]{0,255}");
  private static final Pattern FENCE = Pattern.compile("(" + RESOURCE + "):([0-9]{1,16})");
  private static final Pattern ETAG = Pattern.compile("\"([0-9]{1,16})\"");

  private KeyInput() {}

  /** The rest of the path. */
  static String key(Call call) {
    String key = call.names().getOrDefault("key", "");
    StorageKeys.fault(key)
        .ifPresent(
            fault -> {
              throw Problem.of(400, "bad-key", "in the path: the key " + fault);
            });
    return key;
  }

  /** A rule for a key, or for a part of one. */
  static Optional<String> partFault(String part) {
    int length = part.getBytes(StandardCharsets.UTF_8).length;
    return length <= StorageKeys.MAX_KEY_BYTES
        ? Optional.empty()
        : Optional.of(
            "must have at most " + StorageKeys.MAX_KEY_BYTES + " bytes, it has " + length);
  }

  static Freshness freshness(Query query) {
    return query.flag("stale") ? Freshness.STALE : Freshness.LINEARIZABLE;
  }

  static Life life(Query query) {
    long ttlMs = query.has("ttlMs") ? query.integer("ttlMs", 1, MAX_TTL_MS, 0) : 0;
    return life(ttlMs, query.text("lease", KeyInput::namedNumberFault).orElse(""));
  }

  /**
   * @param lease as {@code <name>:<epoch>}; empty for none
   */
  static Life life(long ttlMs, String lease) {
    Matcher parts = NAMED_NUMBER.matcher(lease);
    return parts.matches()
        ? new Life(ttlMs, parts.group(1), Long.parseLong(parts.group(2)))
        : new Life(ttlMs, "", 0);
  }

  static List<Fence> fences(Query query) {
    return query.text("fence", KeyInput::fenceFault).stream()
        .map(FENCE::matcher)
        .filter(Matcher::matches)
        .map(parts -> new Fence(parts.group(1), Long.parseLong(parts.group(2))))
        .toList();
  }

  private static Optional<String> fenceFault(String text) {
    return FENCE.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("must be a resource and a token, like leader:17 or hawser/active/shop:17");
  }

  /** What a fence is about. */
  static Optional<String> resourceFault(String text) {
    return RESOURCE.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("must have letters, digits and . _ : @ / - only, at most 256");
  }

  static Optional<String> namedNumberFault(String text) {
    return NAMED_NUMBER.matcher(text).matches()
        ? Optional.empty()
        : Optional.of("must be a name and a number, like leader:17");
  }

  /** What {@code If-Match} and {@code If-None-Match} want of a key that is to be changed. */
  static Expect expect(Call call) {
    Optional<String> match = header(call, "If-Match");
    Optional<String> noneMatch = header(call, "If-None-Match");
    if (match.isPresent() && noneMatch.isPresent()) {
      throw bad("give If-Match or If-None-Match, not both");
    }
    if (noneMatch.isPresent()) {
      if (!noneMatch.get().equals("*")) {
        throw bad("If-None-Match takes only * here");
      }
      return Expect.ABSENT;
    }
    return match.map(KeyInput::expect).orElse(Expect.ANY);
  }

  private static Expect expect(String match) {
    if (match.equals("*")) {
      return Expect.PRESENT;
    }
    Matcher etag = ETAG.matcher(match);
    if (!etag.matches()) {
      throw bad("If-Match takes * or one ETag of this API, like \"17\" with its quotes");
    }
    return Expect.revision(Long.parseLong(etag.group(1)));
  }

  private static Problem bad(String detail) {
    return Problem.of(400, "bad-precondition", detail);
  }

  /** The id under which a request is done once. */
  static Optional<String> idempotencyKey(Call call) {
    Optional<String> id = header(call, "Idempotency-Key");
    id.flatMap(Text.plain(128)::fault)
        .ifPresent(
            fault -> {
              throw Problem.of(400, "bad-precondition", "Idempotency-Key " + fault);
            });
    return id;
  }

  private static Optional<String> header(Call call, String name) {
    List<String> all = call.headers().getAll(name);
    if (all.size() > 1) {
      throw bad(name + " is there " + all.size() + " times");
    }
    return all.stream().map(String::strip).findFirst();
  }
}
