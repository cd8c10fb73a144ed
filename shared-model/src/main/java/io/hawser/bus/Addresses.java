package io.hawser.bus;

import io.hawser.model.BalancerMessage.AskPick;
import io.hawser.model.BalancerMessage.Picked;
import io.hawser.model.DetectionMessage.AskRegistry;
import io.hawser.model.DetectionMessage.Explain;
import io.hawser.model.DetectionMessage.Explanation;
import io.hawser.model.DetectionMessage.ForgetNode;
import io.hawser.model.DetectionMessage.Forgotten;
import io.hawser.model.DetectionMessage.Opinions;
import io.hawser.model.DetectionMessage.RegistryState;
import io.hawser.model.Event;
import io.hawser.model.FailoverMessage.AskOutlook;
import io.hawser.model.FailoverMessage.EnsureProcess;
import io.hawser.model.FailoverMessage.Operate;
import io.hawser.model.FailoverMessage.Operated;
import io.hawser.model.FailoverMessage.Outlook;
import io.hawser.model.FailoverMessage.ProcessRunning;
import io.hawser.model.MonitorMessage.Query;
import io.hawser.model.MonitorMessage.Samples;
import io.hawser.model.MonitorMessage.Summary;
import io.hawser.model.MonitorMessage.Traffic;
import io.hawser.model.NodeMessage.Ack;
import io.hawser.model.NodeMessage.NodeStatus;
import io.hawser.model.NodeMessage.Roll;
import io.hawser.model.NodeMessage.RollCall;
import io.hawser.model.NodeMessage.StatusQuery;
import io.hawser.model.RegistryMessage.Beats;
import io.hawser.model.RegistryMessage.BeatsTaken;
import io.hawser.model.RegistryMessage.Complaint;
import io.hawser.model.RegistryMessage.Delta;
import io.hawser.model.RegistryMessage.Deregister;
import io.hawser.model.RegistryMessage.Difference;
import io.hawser.model.RegistryMessage.Digest;
import io.hawser.model.RegistryMessage.Found;
import io.hawser.model.RegistryMessage.LookUp;
import io.hawser.model.RegistryMessage.Register;
import io.hawser.model.RegistryMessage.Registered;
import io.hawser.model.RosterMessage;
import io.hawser.model.StorageMessage;
import io.hawser.model.StorageMessage.Leads;
import io.hawser.model.StorageMessage.Reply;

/** Every address on the bus. */
public final class Addresses {
  /** What happened, for everyone. */
  public static final Topic<Event> EVENTS = new Topic<>("hawser.events", Event.class);

  /** Registers of the catalog as they are written, for every replica. */
  public static final Topic<Delta> CATALOG_DELTAS = new Topic<>("hawser.catalog", Delta.class);

  /** Beats with a load report, at most one of each instance in a second, for balancers. */
  public static final Topic<Beats> LOADS = new Topic<>("hawser.loads", Beats.class);

  /** What balancers hold against instances, for registry nodes. */
  public static final Topic<Complaint> COMPLAINTS =
      new Topic<>("hawser.complaints", Complaint.class);

  public static final Call<Register, Registered> REGISTER =
      new Call<>("hawser.registry.register", Register.class, Registered.class);
  public static final Call<Deregister, Registered> DEREGISTER =
      new Call<>("hawser.registry.deregister", Deregister.class, Registered.class);

  /** Beats for the registry nodes that watch the instances, batched by gateways. */
  public static final Call<Beats, BeatsTaken> BEATS =
      new Call<>("hawser.beats", Beats.class, BeatsTaken.class);

  public static final Call<LookUp, Found> LOOK_UP =
      new Call<>("hawser.registry.look-up", LookUp.class, Found.class);

  /** What observers hold of instances, for the other observers of the same. */
  public static final Call<Opinions, Ack> OPINIONS =
      new Call<>("hawser.registry.opinions", Opinions.class, Ack.class);

  public static final Call<Explain, Explanation> EXPLAIN =
      new Call<>("hawser.registry.explain", Explain.class, Explanation.class);

  public static final Call<AskRegistry, RegistryState> REGISTRY_STATE =
      new Call<>("hawser.registry.state", AskRegistry.class, RegistryState.class);

  /** That a registry node is taken out, for each of the others. */
  public static final Call<ForgetNode, Forgotten> FORGET_REGISTRY =
      new Call<>("hawser.registry.forget", ForgetNode.class, Forgotten.class);

  public static final Call<Digest, Difference> CATALOG_DIGEST =
      new Call<>("hawser.catalog.digest", Digest.class, Difference.class);
  public static final Call<Delta, Ack> CATALOG_PUSH =
      new Call<>("hawser.catalog.push", Delta.class, Ack.class);
  public static final Call<EnsureProcess, ProcessRunning> ENSURE_PROCESS =
      new Call<>("hawser.driver.process", EnsureProcess.class, ProcessRunning.class);

  /** Operators' orders for the failover manager; all but the acting one refuse them. */
  public static final Call<Operate, Operated> FAILOVER_OPERATE =
      new Call<>("hawser.failover.operate", Operate.class, Operated.class);

  /** What the acting failover manager sees and would do. */
  public static final Call<AskOutlook, Outlook> FAILOVER_OUTLOOK =
      new Call<>("hawser.failover.outlook", AskOutlook.class, Outlook.class);

  /** Which instance a balancer would send a request to now. */
  public static final Call<AskPick, Picked> PICK =
      new Call<>("hawser.balancer.pick", AskPick.class, Picked.class);

  public static final Call<Samples, Ack> SAMPLES =
      new Call<>("hawser.monitor.samples", Samples.class, Ack.class);
  public static final Call<Traffic, Ack> TRAFFIC =
      new Call<>("hawser.monitor.traffic", Traffic.class, Ack.class);
  public static final Call<Query, Summary> METRIC_QUERY =
      new Call<>("hawser.monitor.query", Query.class, Summary.class);
  public static final Call<StatusQuery, NodeStatus> NODE_STATUS =
      new Call<>("hawser.node.status", StatusQuery.class, NodeStatus.class);

  public static final Call<RollCall, Roll> ROLL_CALL =
      new Call<>("hawser.bus.roll", RollCall.class, Roll.class);

  /** Who begins to lead a group of the store. */
  public static final Topic<Leads> STORAGE_LEADERS =
      new Topic<>("hawser.storage.leaders", Leads.class);

  /** Every request to a storage node. */
  public static final Call<StorageMessage, Reply> STORAGE =
      new Call<>("hawser.storage", StorageMessage.class, Reply.class);

  /** Storage nodes among themselves, and who asks them for the roster. */
  public static final Call<RosterMessage, RosterMessage> STORAGE_ROSTER =
      new Call<>("hawser.storage-roster", RosterMessage.class, RosterMessage.class);

  private Addresses() {}
}
