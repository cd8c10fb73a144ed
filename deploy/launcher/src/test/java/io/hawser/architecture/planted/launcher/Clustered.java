package io.hawser.architecture.planted.launcher;

import com.hazelcast.core.HazelcastInstance;

/** Breaks no rule: the launcher may use Hazelcast. */
record Clustered(HazelcastInstance instance) {}
