package io.hawser.model;

/** Everything that crosses the bus: one sealed family per domain, and the messages of plugins. */
public sealed interface HawserMessage
    permits RegistryMessage,
        DetectionMessage,
        FailoverMessage,
        MonitorMessage,
        BalancerMessage,
        NodeMessage,
        StorageMessage,
        RosterMessage,
        Event,
        ExtensionMessage {}
