package io.hawser.balancer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class after which a buffer of Netty was collected that nobody had released. Found by
 * JUnit itself, for every test of the module.
 */
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
  private static final ConcurrentLinkedQueue<String> LEAKS = new ConcurrentLinkedQueue<>();

  static {
    // Before the first allocator is made: those ask for their detector once.
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(
        new ResourceLeakDetectorFactory() {
          @Override
          @SuppressWarnings("deprecation")
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval, long maxActive) {
            return new Recorder<>(resource, samplingInterval);
          }

          @Override
          public <T> ResourceLeakDetector<T> newResourceLeakDetector(
              Class<T> resource, int samplingInterval) {
            return new Recorder<>(resource, samplingInterval);
          }
        });
  }

  private static final class Recorder<T> extends ResourceLeakDetector<T> {
    Recorder(Class<?> resource, int samplingInterval) {
      super(resource, samplingInterval);
    }

    @Override
    protected boolean needReport() {
      return true;
    }

    @Override
    protected void reportTracedLeak(String resource, String records) {
      LEAKS.add(resource + records);
    }

    @Override
    protected void reportUntracedLeak(String resource) {
      LEAKS.add(resource);
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    List<String> unused = found();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    List<String> leaks = found();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          leaks.size() + " buffers were not released; the first:\n" + leaks.getFirst());
    }
  }

  /** What was lost so far: a collection finds it, and the next allocation tells. */
  static List<String> found() {
    System.gc();
    boolean unused = ByteBufAllocator.DEFAULT.buffer(1).release();
    List<String> leaks = new ArrayList<>();
    for (String next = LEAKS.poll(); next != null; next = LEAKS.poll()) {
      leaks.add(next);
    }
    return leaks;
  }
}
