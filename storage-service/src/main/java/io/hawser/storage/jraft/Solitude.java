package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.conf.ConfigurationEntry;
import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.error.RaftError;
import com.alipay.sofa.jraft.rpc.RpcRequests.ErrorResponse;
import com.google.protobuf.Message;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses what others want of a replica that is the only voter of its group. Those that a recovery
 * gave up know nothing of it when they are back: they elect one of themselves, and JRaft asks
 * neither entries nor votes whether who sends them is a member. It would depose this replica, and
 * all that was acknowledged since would be gone. To refuse is sound: nobody else leads before this
 * replica has a configuration that says so. Thread-safe.
 */
final class Solitude {
  private static final Logger log = LoggerFactory.getLogger(Solitude.class);

  /** So many others are told of in the log, each once. */
  private static final int MAX_TOLD = 64;

  private final String group;
  private final PeerId self;
  private final GuardedStorage storage;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  Solitude(String group, PeerId self, GuardedStorage storage) {
    this.group = group;
    this.self = self;
    this.storage = storage;
  }

  /**
   * The answer to a request that is not to be heard: an error, after which who asks waits.
   *
   * @param from the replica that asks
   */
  Optional<Message> refusal(String from) {
    if (from.equals(self.toString()) || !alone()) {
      return Optional.empty();
    }
    if (told.size() < MAX_TOLD && told.add(from)) {
      log.warn(
          "a replica that is no member is refused; if a recovery gave it up, wipe its disk node={}"
              + " group={} from={}",
          self,
          group,
          from);
    }
    return Optional.of(
        ErrorResponse.newBuilder()
            .setErrorCode(RaftError.EPERM.getNumber())
            .setErrorMsg(self + " is the only voter of " + group)
            .build());
  }

  private boolean alone() {
    ConfigurationEntry known = storage.configuration();
    return known != null
        && known.isStable()
        && known.getConf().size() == 1
        && known.getConf().contains(self);
  }
}
