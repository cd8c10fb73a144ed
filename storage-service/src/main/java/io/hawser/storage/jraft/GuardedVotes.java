package io.hawser.storage.jraft;

import com.alipay.sofa.jraft.entity.PeerId;
import com.alipay.sofa.jraft.option.RaftMetaStorageOptions;
import com.alipay.sofa.jraft.storage.RaftMetaStorage;

/**
 * The term and vote of a replica on disk. When they cannot be saved, whoever wanted to say so to
 * others must not: JRaft looks at the answer in some places and goes on in others, so this throws,
 * and nothing that follows is done. JRaft's own storage stops the node besides. Once it has failed
 * it fails for good. Called under the lock of the node.
 */
final class GuardedVotes implements RaftMetaStorage {
  private final RaftMetaStorage disk;
  private boolean failed;

  GuardedVotes(RaftMetaStorage disk) {
    this.disk = disk;
  }

  @Override
  public boolean init(RaftMetaStorageOptions options) {
    return disk.init(options);
  }

  @Override
  public void shutdown() {
    disk.shutdown();
  }

  @Override
  public boolean setTerm(long term) {
    return saved(!failed && disk.setTerm(term));
  }

  @Override
  public long getTerm() {
    return disk.getTerm();
  }

  @Override
  public boolean setVotedFor(PeerId peer) {
    return saved(!failed && disk.setVotedFor(peer));
  }

  @Override
  public PeerId getVotedFor() {
    return disk.getVotedFor();
  }

  @Override
  public boolean setTermAndVotedFor(long term, PeerId peer) {
    return saved(!failed && disk.setTermAndVotedFor(term, peer));
  }

  private boolean saved(boolean done) {
    if (!done) {
      failed = true;
      throw new IllegalStateException("term and vote cannot be saved");
    }
    return true;
  }
}
