package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** What is read ahead must not wait for what it is read ahead of. */
  @Test
  void workBesideDoesNotWaitForTheMainWork() throws InterruptedException {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one core has no workers");
    CountDownLatch done = new CountDownLatch(1);
    Thread beside =
        Parallel.beside(
            () -> {
              Parallel.blocks(100, "work beside", i -> {});
              done.countDown();
            },
            "beside");
    AtomicBoolean waited = new AtomicBoolean();
    AtomicBoolean started = new AtomicBoolean();
    Parallel.blocks(
        1000,
        "main work",
        i -> {
          if (started.compareAndSet(false, true)) {
            beside.start();
          }
          if (!waited.get() && !arrives(done)) {
            waited.set(true);
          }
        });
    assertFalse(waited.get(), "the work beside was not done while every worker was busy");
    beside.join();
  }

  private static boolean arrives(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
