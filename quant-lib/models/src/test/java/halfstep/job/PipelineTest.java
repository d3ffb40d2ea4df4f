package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PipelineTest {

  private static final List<String> LAYERS = List.of("a", "b", "c", "d", "e");

  @Test
  void layersComeInOrderWhateverStageIsSlow() {
    for (String slow : List.of("", "read", "solve", "finish")) {
      List<String> got = new ArrayList<>();
      Thread caller = Thread.currentThread();
      new Pipeline<String, String, String>(
              layer -> later(layer, slow.equals("read")),
              (layer, read) -> {
                assertSame(caller, Thread.currentThread());
                return later(layer + read, slow.equals("solve"));
              },
              solved -> later(solved + "!", slow.equals("finish")))
          .run(LAYERS, got::add);
      assertEquals(List.of("aa!", "bb!", "cc!", "dd!", "ee!"), got);
    }
  }

  private static String later(String value, boolean slow) {
    if (slow) {
      sleep(5);
    }
    return value;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork("sleeping");
    }
  }

  /** What is read and not yet finished: the bound on memory. */
  @Test
  void neverMoreThanThreeLayersAreAtWork() {
    AtomicInteger alive = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    new Pipeline<String, String, String>(
            layer -> {
              most.accumulateAndGet(alive.incrementAndGet(), Math::max);
              return layer;
            },
            (layer, read) -> read,
            solved -> {
              sleep(5);
              alive.decrementAndGet();
              return solved;
            })
        .run(Collections.nCopies(40, "x"), done -> {});
    assertTrue(most.get() <= 3, "at work at once: " + most);
  }

  @Test
  void aFailureInAnyStageIsTheCallersAndLosesNoSolvedLayer() {
    for (int stage = 0; stage < 3; stage++) {
      int failing = stage;
      List<String> finished = Collections.synchronizedList(new ArrayList<>());
      Pipeline<String, String, String> pipeline =
          new Pipeline<>(
              layer -> failing(layer, failing == 0),
              (layer, read) -> failing(read, failing == 1),
              solved -> {
                sleep(5);
                finished.add(failing(solved, failing == 2));
                return solved;
              });
      JobException refusal =
          assertThrows(JobException.class, () -> pipeline.run(LAYERS, done -> {}));
      assertEquals("c is bad", refusal.getMessage());
      assertEquals(List.of("a", "b"), finished, "stage " + stage);
    }
  }

  private static String failing(String layer, boolean here) {
    if (here && layer.equals("c")) {
      throw new JobException("c is bad");
    }
    return layer;
  }

  @Test
  void anInterruptStopsAllStagesAtOnce() throws InterruptedException {
    CountDownLatch there = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    Thread.ofVirtual()
        .start(() -> {
          try {
            there.await();
            caller.interrupt();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    Pipeline<String, String, String> pipeline =
        new Pipeline<>(
            layer -> layer,
            (layer, read) -> read,
            solved -> {
              there.countDown();
              sleep(60_000);
              return solved;
            });
    long start = System.nanoTime();
    assertThrows(InterruptedWork.class, () -> pipeline.run(LAYERS, done -> {}));
    assertTrue(Thread.interrupted());
    assertTrue(System.nanoTime() - start < 20e9, "the stages did not stop");
  }
}
