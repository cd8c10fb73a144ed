package io.hawser.architecture.planted.storage;

import com.hazelcast.core.HazelcastInstance;

/** Builds on the cluster manager. */
record UsesHazelcast(HazelcastInstance instance) {}
