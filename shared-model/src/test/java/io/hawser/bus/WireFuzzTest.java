package io.hawser.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.hawser.model.HawserMessage;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes arrive, they are read as a message or refused, at a cost in proportion to their
 * number.
 */
class WireFuzzTest {
  private static final int ROUNDS = 400;
  private static final long MAX_ALLOCATED_PER_BYTE = 512;
  private static final long MAX_ALLOCATED_BASE = 64 * 1024;

  private final WireFormat format = new WireFormat(List.of());
  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final List<byte[]> messages =
      Examples.types().stream()
          .filter(HawserMessage.class::isAssignableFrom)
          .map(type -> format.encode((HawserMessage) Examples.of(type)).getBytes())
          .toList();

  @Test
  void a_message_cut_short_anywhere_is_refused() {
    for (byte[] message : messages) {
      for (int length = 0; length < message.length; length++) {
        assertThat(readable(Buffer.buffer(message).getBuffer(0, length))).isFalse();
      }
    }
  }

  @Test
  void changed_bytes_are_read_or_refused() {
    Random random = new Random(20_261_124);
    int refused = 0;
    for (byte[] message : messages) {
      for (int round = 0; round < ROUNDS; round++) {
        byte[] changed = message.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
          changed[random.nextInt(changed.length)] = (byte) random.nextInt();
        }
        refused += readable(Buffer.buffer(changed)) ? 0 : 1;
      }
    }
    assertThat(refused).isGreaterThan(messages.size());
  }

  @Test
  void changed_numbers_and_lengths_are_read_or_refused() {
    Random random = new Random(42);
    List<Integer> numbers = List.copyOf(format.types().all().keySet());
    for (byte[] message : messages) {
      for (int round = 0; round < ROUNDS; round++) {
        Buffer changed = Buffer.buffer(message.clone());
        int value =
            switch (random.nextInt(3)) {
              case 0 -> numbers.get(random.nextInt(numbers.size()));
              case 1 -> random.nextInt(message.length + 1);
              default -> Integer.MAX_VALUE - random.nextInt(8);
            };
        changed.setInt(random.nextInt(message.length - 3), value);
        boolean unused = readable(changed);
      }
    }
  }

  @Test
  void noise_behind_a_legal_head_is_read_or_refused() {
    Random random = new Random(7);
    List<Integer> numbers = List.copyOf(format.types().all().keySet());
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      Buffer bytes =
          Buffer.buffer()
              .appendByte(WireFormat.VERSION)
              .appendInt(numbers.get(random.nextInt(numbers.size())))
              .appendInt(noise.length)
              .appendBytes(noise);
      boolean unused = readable(bytes);
    }
  }

  /**
   * Whether it can be read; fails on anything thrown but a refusal, and on memory out of
   * proportion.
   */
  private boolean readable(Buffer bytes) {
    long before = threads.getCurrentThreadAllocatedBytes();
    boolean read;
    try {
      HawserMessage unused = format.decode(bytes);
      read = true;
    } catch (WireException e) {
      read = false;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(MAX_ALLOCATED_BASE + MAX_ALLOCATED_PER_BYTE * bytes.length());
    return read;
  }
}
