package io.hawser.registry.core;

import io.hawser.model.DetectionMessage.Opinion;
import io.hawser.model.Event;
import io.hawser.model.Facet.Health;
import io.hawser.model.Facet.Verdict;
import io.hawser.model.InstanceKey;
import io.hawser.model.NodeId;
import java.util.List;

/** What the detector wants done. */
public sealed interface Effect {
  /** Run a check, and give {@link Detector#result} what came of it. */
  record Run(CheckRun run) implements Effect {}

  /**
   * Write a verdict, unless the instance was replaced or removed meanwhile; when it is written,
   * publish the events. In either case tell {@link Detector#written}.
   */
  record Judge(InstanceKey instance, Health from, Verdict verdict, List<Event.Body> events)
      implements Effect {
    public Judge {
      events = List.copyOf(events);
    }
  }

  /** Publish an event that no transition goes with. */
  record Publish(Event.Body event) implements Effect {}

  /** Remove an instance that was down for too long, unless it changed meanwhile. */
  record Evict(InstanceKey instance, String incarnation) implements Effect {}

  /** Tell a registry node that this one is there, and what it holds of instances. */
  record Speak(NodeId to, boolean abstains, List<Opinion> opinions) implements Effect {
    public Speak {
      opinions = List.copyOf(opinions);
    }
  }

  /** An instance could not be judged because of a fault in here; it is no longer watched. */
  record Defect(InstanceKey instance, RuntimeException cause) implements Effect {}
}
