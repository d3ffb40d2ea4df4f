package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ParallelTest {

  @Test
  void runsEachBlockOnce() {
    AtomicIntegerArray runs = new AtomicIntegerArray(1000);
    Parallel.blocks(1000, "counting", i -> runs.incrementAndGet((int) i));
    for (int i = 0; i < 1000; i++) {
      assertEquals(1, runs.get(i));
    }
  }

  /** An error of the machine is no refusal: it comes with its cause. */
  @Test
  void anErrorInABlockIsNamed() {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core has no workers");
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                Parallel.blocks(
                    4,
                    "counting",
                    index -> {
                      throw new StackOverflowError("block " + index);
                    }));
    assertEquals("counting failed in a worker thread", failure.getMessage());
    assertInstanceOf(StackOverflowError.class, failure.getCause());
  }

  @Test
  void aRefusalInABlockReachesTheCaller() {
    ShapeException refusal =
        assertThrows(
            ShapeException.class,
            () ->
                Parallel.blocks(
                    100,
                    "failing",
                    i -> {
                      throw new ShapeException("block refused");
                    }));
    assertEquals("block refused", refusal.getMessage());
  }

  @Test
  void anInterruptFromBeforeIsSeenHoweverShortTheWork() {
    Thread.currentThread().interrupt();
    try {
      assertThrows(InterruptedWork.class, () -> Parallel.blocks(2, "short work", i -> {}));
    } finally {
      Thread.interrupted();
    }
  }

  @Test
  void anInterruptStopsTheWorkersWithinAHundredMilliseconds() throws InterruptedException {
    AtomicInteger done = new AtomicInteger();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        new Thread(() -> {
          try {
            Parallel.blocks(1_000_000, "endless work", i -> spin(done));
          } catch (InterruptedWork expected) {
            thrown.set(expected);
          }
        });
    caller.start();
    Thread.sleep(50);
    long asked = System.nanoTime();
    caller.interrupt();
    caller.join();
    long millis = (System.nanoTime() - asked) / 1_000_000;
    assertTrue(millis < 100, "took " + millis + " ms");
    assertEquals("endless work was interrupted", String.valueOf(thrown.get().getMessage()));
    Thread.sleep(30);
    int before = done.get();
    Thread.sleep(50);
    assertEquals(before, done.get(), "workers went on");
  }

  private static void spin(AtomicInteger done) {
    long until = System.nanoTime() + 1_000_000;
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    done.incrementAndGet();
  }
}
