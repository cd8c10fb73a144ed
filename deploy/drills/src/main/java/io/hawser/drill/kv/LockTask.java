package io.hawser.drill.kv;

import io.hawser.cli.base.Fields;
import io.hawser.drill.audit.Fencing;
import io.hawser.drill.audit.Fencing.Tenure;
import io.hawser.drill.cluster.Wait;
import io.hawser.drill.kv.KvResult.How;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Takes a lease that others want as well, writes under its token, and gives it back, or forgets to
 * and writes once more when it is over: a holder that was paused. Not thread-safe.
 */
public final class LockTask implements Task {
  private static final int TTL_MS = 2_000;
  private static final int LONGEST_HOLD_MS = 300;
  private static final long NO_TOKEN = -1;

  private final KvClient client;
  private final String lease;
  private final String holder;
  private final Fencing fencing;
  private final Stopwatch watch;
  private final Random dice;
  private int count;

  /**
   * @param lease its name, also of what its tokens protect
   */
  public LockTask(
      KvClient client, String lease, String holder, Fencing fencing, Stopwatch watch, Random dice) {
    this.client = client;
    this.lease = lease;
    this.holder = holder;
    this.fencing = fencing;
    this.watch = watch;
    this.dice = dice;
  }

  @Override
  public void once() {
    // Another name each time: the same holder would be granted what it has.
    String me = holder + "-" + ++count;
    long askedNs = watch.nowNs();
    JsonObject wish = new JsonObject().put("holder", me).put("ttlMs", TTL_MS);
    KvResult taken = client.send("POST", path(), wish.encode());
    long grantedNs = watch.nowNs();
    if (taken.how() != How.DONE) {
      return;
    }
    long token =
        Fields.parse(taken.value()) instanceof JsonObject granted
            ? Fields.number(granted, NO_TOKEN, "epoch")
            : NO_TOKEN;
    write(token);
    Wait.pass(Duration.ofMillis(dice.nextInt(LONGEST_HOLD_MS)));
    boolean forgets = dice.nextInt(5) == 0;
    // Nobody can have got it before its time was over, which counts from before it was asked for.
    long endNs = renewed(me, token, askedNs) + TimeUnit.MILLISECONDS.toNanos(TTL_MS);
    long surelyNs = forgets ? endNs : Math.min(endNs, watch.nowNs());
    fencing.held(new Tenure(lease, me, token, askedNs, grantedNs, surelyNs));
    if (forgets) {
      Wait.pass(Duration.ofNanos(endNs - watch.nowNs()).plusMillis(LONGEST_HOLD_MS));
      write(token);
    } else {
      JsonObject release = new JsonObject().put("holder", me).put("epoch", token);
      var unused = client.send("DELETE", path(), release.encode());
    }
  }

  /** Renews it, or not; returns since when its time runs. */
  private long renewed(String me, long token, long askedNs) {
    if (dice.nextInt(3) > 0) {
      return askedNs;
    }
    long againNs = watch.nowNs();
    JsonObject claim = new JsonObject().put("holder", me).put("epoch", token);
    return client.send("PUT", path(), claim.encode()).how() == How.DONE ? againNs : askedNs;
  }

  private String path() {
    return "/api/v1/leases/" + lease;
  }

  /** A write that the store has to refuse when a higher token has been seen. */
  private void write(long token) {
    long askedNs = watch.nowNs();
    String query = "fence=" + lease + ":" + token;
    KvResult result = client.put("drill/fenced/" + lease, query, holder, Condition.NONE);
    if (result.how() == How.DONE) {
      fencing.wrote(new Fencing.Write(lease, token, askedNs, watch.nowNs()));
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
