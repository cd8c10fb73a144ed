package io.hawser.model;

import java.util.List;

/** What the observers of instances say to one another, and how they explain themselves. */
public sealed interface DetectionMessage extends HawserMessage {

  /** What one observer holds of one instance. */
  enum Ballot {
    /** No evidence either way. */
    NOTHING,
    /** Signs of life. */
    ALIVE,
    /** Signs of life that are enough even for one that was down. */
    WORKS,
    /** Evidence against it that is not enough. */
    DOUBT,
    /** This observer alone would call it down. */
    FAILS
  }

  /**
   * One observer's opinion of one incarnation of an instance. It says nothing of another one.
   *
   * @param weight how far the observer is from being convinced that it failed, in percent: 0 when
   *     nothing speaks against it, 100 when it is
   * @param refused whether its port refused the last connection, which no slowness and no loss can
   *     look like
   */
  @Wire(260)
  record Opinion(
      InstanceKey instance,
      String incarnation,
      Ballot ballot,
      int weight,
      boolean refused,
      String reason) {}

  /**
   * Whether a registry node belongs to the roster, as the node that is newest informed says.
   *
   * @param stamp milliseconds since 1970 at the node itself, raised with each of its marks
   * @param left it stopped in good order, and quorums are counted without it
   */
  @Wire(262)
  record RosterMark(NodeId node, long stamp, boolean left) {}

  /**
   * A registry node is there, and holds these opinions of instances that the receiver observes too.
   * Sent several times in a second, be it without opinions; those that are not in it stay as they
   * were until they expire.
   *
   * @param abstains it distrusts itself: nobody is to count its opinions
   */
  @Wire(261)
  record Opinions(NodeId from, boolean abstains, List<Opinion> opinions, List<RosterMark> roster)
      implements DetectionMessage {
    public Opinions {
      opinions = List.copyOf(opinions);
      roster = List.copyOf(roster);
    }
  }

  /** Asks a registry node why an instance is held to be what it is. */
  @Wire(263)
  record Explain(InstanceKey instance) implements DetectionMessage {}

  /**
   * What one observer has said of an instance.
   *
   * @param says an opinion in a word, or why there is none
   * @param ageMs how long ago it was said; 0 of the one who answers
   */
  @Wire(264)
  record Sight(NodeId observer, String says, int weight, String reason, long ageMs) {}

  /**
   * Why an instance is held to be what it is.
   *
   * @param writer the observer whose turn it is to write the verdict
   * @param needed how many observers have to agree to call it down
   * @param quorate whether a majority of the roster is heard
   * @param next what would change the verdict, in a sentence
   * @param notes what holds decisions back just now
   */
  @Wire(265)
  record Explanation(
      NodeId from,
      NodeId writer,
      int needed,
      boolean quorate,
      List<NodeId> roster,
      String rosterSource,
      List<Sight> sights,
      String next,
      List<String> notes)
      implements DetectionMessage {
    public Explanation {
      roster = List.copyOf(roster);
      sights = List.copyOf(sights);
      notes = List.copyOf(notes);
    }
  }

  /** Asks a registry node how it is. */
  @Wire(271)
  record AskRegistry() implements DetectionMessage {}

  /**
   * How a registry node is.
   *
   * @param roster the registry nodes that it counts quorums against
   * @param source where it has the roster from, for people
   * @param quorate whether it hears a majority of them
   * @param distrusts why its opinions do not count just now; empty when they do
   * @param frozen whether a mass failure holds evictions back
   * @param observes how many instances
   */
  @Wire(267)
  record RegistryState(
      NodeId node,
      List<NodeId> roster,
      String source,
      boolean quorate,
      String distrusts,
      boolean frozen,
      int observes)
      implements DetectionMessage {
    public RegistryState {
      roster = List.copyOf(roster);
    }
  }

  /** An operator takes a registry node out that is gone for good, answered by {@link Forgotten}. */
  @Wire(268)
  record ForgetNode(NodeId node) implements DetectionMessage {}

  /**
   * @param known whether the node was known to who answers
   */
  @Wire(270)
  record Forgotten(boolean known) implements DetectionMessage {}
}
